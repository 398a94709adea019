import { describe, expect, it } from 'vitest';
import { compile } from './compile.ts';

/* Every finding of the compiler has its place and says what would be right. */

const findings = (text: string): readonly string[] => {
  const compiled = compile(text);
  return compiled.isValid
    ? []
    : compiled.diagnostics.map(({ line, column, message }) => `${line}:${column} ${message}`);
};
const steps = (list: string): string =>
  `version: 1\nname: x\nactors:\n  a:\n    steps:\n${list.replaceAll(/^/gm, '      ')}`;

describe('compile', () => {
  it('takes YAML and JSON', () => {
    expect(findings(steps('- send: OPTIONS\n- expect: 2xx'))).toEqual([]);
    expect(
      findings('{"version":1,"name":"x","actors":{"a":{"steps":[{"send":"OPTIONS"},{"expect":200}]}}}'),
    ).toEqual([]);
  });

  it.each([
    ['version: 1\nname: [', /^2:8 .*/],
    ['version: 2\nname: x\nactors: { a: {} }', /^1:10 .*expected 1/],
    ['version: 1\nname: x', /actors is missing/],
    ['version: 1\nname: x\nactors: {}', /^3:9 at least one actor is needed/],
    [
      'version: 1\nname: x\nactor: { a: {} }\nactors: { a: {} }',
      /^3:1 unknown key actor; did you mean actors\?/,
    ],
    ['version: 1\nname: x\nactors: { a: { transport: sctp } }', /^3:27 .*"udp"/],
    ['version: 1\nname: x\nactors: { a: { listen: here } }', /^3:24 expected ADDRESS:PORT/],
    [steps('- 200'), /^6:9 a step is a word with what belongs to it/],
    [steps('- expct: 200'), /^6:9 unknown step expct; did you mean expect\?/],
    [steps('- { send: OPTIONS, expect: 200 }'), /^6:9 one step has one word, and here are send and expect/],
    [steps('- expect: { status: 200, witin: 2 s }'), /^6:32 unknown key witin; did you mean within\?/],
    [steps('- wait: soon'), /^6:15 expected a time, such as 500 ms/],
    [steps('- expect: 99'), /^6:17 /],
    [steps('- check: "a =="'), /^6:16 this expression cannot be read/],
    [steps('- log: "${a +}"'), /^6:14 this expression cannot be read: \$\{a \+\}/],
    [steps('- send: { method: INVITE, headers: { X: "${(}" } }'), /^6:47 this expression cannot be read/],
    [steps('- goto: ther\n- label: there'), /^6:15 there is no label ther; did you mean there\?/],
    [steps('- label: x\n- label: x'), /^7:9 there are two labels x/],
    [steps('- sync: p'), /^6:9 only a comes to p: another actor needs the same sync/],
    [steps('- repeat: { times: 2, steps: [{ expct: 1 }] }'), /^6:39 unknown step expct/],
    [steps('- if: "true"\n  then: [{ wait: x }]'), /^7:24 expected a time/],
    [steps('- optional: { method: ACK, answer: 200 }\n- expect: BYE'), /^6:42 an ACK is never answered/],
  ])('%j', (text, expected) => {
    expect(findings(text).join('\n')).toMatch(expected);
  });

  it('warns of an optional message that no step would look for', () => {
    const warned = (list: string): readonly string[] => {
      const compiled = compile(steps(list));
      return compiled.isValid
        ? compiled.warnings.map(({ line, severity }) => `${line} ${severity}`)
        : ['invalid'];
    };
    expect(warned('- optional: 100\n- send: OPTIONS\n- expect: 200')).toEqual([]);
    expect(warned('- send: OPTIONS\n- optional: 100')).toEqual(['7 warning']);
    expect(warned('- optional: 100\n- none: 1 s\n- expect: 200')).toEqual(['6 warning']);
    expect(warned('- optional: 100\n- allOf: [200]')).toEqual([]);
  });

  it('does not follow aliases that multiply', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 0; i < 8; i++) {
      const [from, to] = ['abcdefghi'[i], 'abcdefghi'[i + 1]];
      bomb.push(
        `${to ?? ''}: &${to ?? ''} [${Array(10)
          .fill(`*${from ?? ''}`)
          .join(', ')}]`,
      );
    }
    expect(findings(bomb.join('\n')).length).toBeGreaterThan(0);
  });
});
