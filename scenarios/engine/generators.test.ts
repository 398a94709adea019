import { describe, expect, it } from 'vitest';
import { createIds } from '../../stack/core/seeded-ids.ts';
import { runInMemory } from '../testing/run-in-memory.ts';
import { compile } from './compile.ts';
import { Generators } from './generators.ts';

const scenario = (steps: string, more = ''): string =>
  `version: 1\nname: x\n${more}actors:\n  alice:\n    steps:\n      ${steps.trim().replaceAll('\n', '\n      ')}\n`;

describe('generators', () => {
  it('make UUIDs of version 4, other ones each time, the same ones by the same seed', () => {
    const make = (): readonly string[] => {
      const generators = new Generators(createIds('seed'));
      return Array.from({ length: 50 }, () => generators.uuid());
    };
    const made = make();
    for (const uuid of made)
      expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(made).size).toBe(50);
    expect(make()).toEqual(made);
  });

  it('draw whole numbers, both ends included', () => {
    const generators = new Generators(createIds('seed'));
    const drawn = new Set(Array.from({ length: 200 }, () => generators.random(1, 4)));
    expect([...drawn].sort()).toEqual([1, 2, 3, 4]);
  });

  it('are functions of expressions; a counter goes on from one run to the next', async () => {
    const said: string[] = [];
    const text = scenario(
      `
- log: "\${counter('call')} \${counter('call')} \${counter('other')} \${id}"
- check: random(5, 5) == 5
- set: { mine: "\${uuid()}" }
- check: size(mine) == 36`,
      `runs: 2\nvariables: { id: "user\${counter('user')}" }\n`,
    );
    const verdict = await runInMemory(text, {
      onEnd: ({ steps }) => said.push(steps.find(({ said: words }) => words !== undefined)?.said ?? ''),
    });
    expect(verdict).toMatchObject({ outcome: 'pass' });
    expect(said).toEqual(['1 2 1 user1', '3 4 2 user2']);
  });

  it('that are asked wrongly fail the step with a sentence', async () => {
    const verdict = await runInMemory(scenario('- log: "${random(3, 1)}"'));
    expect(verdict).toMatchObject({ outcome: 'fail' });
    expect(verdict.reason).toContain('the first number is the smaller one');
  });

  it('that do not exist, or take something else, are found before the run', () => {
    for (const call of ['uid()', 'uuid(1)', 'random(1)', 'counter(1)']) {
      const compiled = compile(scenario(`- log: "\${${call}}"`));
      expect(compiled, call).toMatchObject({ isValid: false, diagnostics: [{ line: 6, column: 14 }] });
    }
  });
});
