import { describe, expect, it } from 'vitest';
import { selected } from '../engine/selection.ts';
import { runInMemory } from '../testing/run-in-memory.ts';
import { check } from './check.ts';
import { withRelatives } from './selection.ts';

const TEXT = `version: 1
name: Several
actors:
  alice:
    target: sip:bob@\${bob}
    steps:
      - message: { text: one }
      - repeat:
          times: 2
          steps:
            - log: again
            - id: two
              message: { text: two }
      - goto: end
      - sync: met
      - log: never
      - label: end
      - log: over
  bob:
    steps:
      - expect: { method: MESSAGE, body: one }
      - send: 200
      - repeat:
          times: 2
          steps: [{ expect: { method: MESSAGE, body: two } }, { send: 200 }]
      - sync: met
`;
const A = 'actors.alice.steps';
const B = 'actors.bob.steps';

const run = async (...ids: readonly string[]): Promise<readonly string[]> => {
  const { outline } = check(TEXT);
  if (outline === undefined) throw new Error('there is an outline');
  const steps = withRelatives(outline, ids);
  const verdict = await runInMemory(TEXT, {
    change: (program) => selected(program, steps),
  });
  expect(verdict, verdict.reason).toMatchObject({ outcome: 'pass' });
  return verdict.steps.map(({ actor, step }) => `${actor}: ${step.title}`);
};

describe('a selection of steps', () => {
  it('runs these and passes over the rest', async () => {
    expect(await run(`${A}[0]`, `${B}[0]`, `${B}[1]`)).toEqual([
      'alice: message: send MESSAGE',
      'bob: expect MESSAGE',
      'bob: send 200',
      'alice: message: expect 2xx (MESSAGE)',
    ]);
  });

  it('keeps the loop a step is in, and the steps in a loop', async () => {
    const ran = await run('two', `${B}[2]`);
    expect(ran.filter((step) => step === 'alice: message: send MESSAGE')).toHaveLength(2);
    expect(ran.filter((step) => step === 'bob: expect MESSAGE')).toHaveLength(2);
    expect(ran).not.toContain('alice: log again');
  });

  it('waits at a point for nobody who does not come there', async () => {
    expect(await run(`${A}[3]`, `${A}[4]`)).toEqual(['alice: sync met', 'alice: log never']);
  });

  it('does not follow a goto that is not selected', async () => {
    expect(await run(`${A}[4]`, `${A}[6]`)).toEqual(['alice: log never', 'alice: log over']);
    expect(await run(`${A}[2]`, `${A}[4]`, `${A}[6]`, `${A}[5]`)).toEqual(['alice: log over']);
  });
});
