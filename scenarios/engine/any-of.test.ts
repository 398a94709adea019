import { describe, expect, it } from 'vitest';
import { runInMemory } from '../testing/run-in-memory.ts';
import { compile } from './compile.ts';

/* anyOf with a timeout: what happens when none of the messages comes. */

const two = (anyOf: string, bob: string): string => `
version: 1
name: two
timeout: 4 s
actors:
  alice:
    target: sip:bob@\${bob}
    steps:
      - send: OPTIONS
      - anyOf: ${anyOf}
      - log: after
      - goto: end
      - label: late
      - log: late
      - label: end
  bob:
    steps: [${bob}]
`;
const ANSWER = '{ expect: 200, then: [{ log: answered }] }';
const TIMEOUT = '{ timeout: 2 s, then: [{ goto: late }] }';

async function said(text: string) {
  const { outcome, reason, steps, tookMs } = await runInMemory(text);
  const lines = steps.filter(({ actor }) => actor === 'alice').flatMap(({ said: line }) => line ?? []);
  return { outcome: reason ?? outcome, lines, seconds: Math.round(tookMs / 1000) };
}

describe('anyOf with a timeout', () => {
  it('goes on as the message says that comes in time', async () => {
    const text = two(`[${ANSWER}, ${TIMEOUT}]`, '{ expect: OPTIONS }, { wait: 1 s }, { send: 200 }');
    expect(await said(text)).toEqual({ outcome: 'pass', lines: ['answered', 'after'], seconds: 1 });
  });

  it('goes on as the timeout says when none comes, whatever becomes of the request', async () => {
    const text = two(`[${ANSWER}, ${TIMEOUT}]`, '{ expect: OPTIONS }, { wait: 3 s }, { send: 200 }');
    expect(await said(text)).toEqual({
      outcome: 'pass',
      lines: ['nothing came in 2000 ms', 'late'],
      seconds: 3,
    });
    const long = two(`[${ANSWER}, { timeout: 40 s }]`, '{ expect: OPTIONS }, { wait: 50 s }, { send: 200 }');
    expect(await said(long)).toMatchObject({ outcome: 'pass', lines: ['nothing came in 40000 ms', 'after'] });
  });

  it('still fails for a message that none of the choices is', async () => {
    const text = two(`[${ANSWER}, ${TIMEOUT}]`, '{ expect: OPTIONS }, { send: 404 }');
    expect((await said(text)).outcome).toContain('expected 200, got 404 Not Found (OPTIONS)');
  });

  it('is the same in a scenario that is called', async () => {
    const called = two(`[${ANSWER}, { timeout: 2 s, then: [{ log: nobody }] }]`, '{ wait: 0 s }').replace(
      '      - goto: end\n',
      '',
    );
    const text = two('[{ expect: 200 }]', '{ expect: OPTIONS }, { wait: 3 s }, { send: 200 }').replace(
      /- send: OPTIONS\n[^]*- label: end/,
      '- log: before\n      - call: { file: other.yaml, actor: alice }\n      - log: back',
    );
    const { outcome, reason, steps } = await runInMemory(text, { readFile: () => ({ text: called }) });
    expect(reason ?? outcome).toBe('pass');
    expect(steps.flatMap(({ said: line }) => line ?? [])).toEqual([
      'before',
      'nothing came in 2000 ms',
      'nobody',
      'after',
      'late',
      'back',
    ]);
  });

  it.each([
    ['[{ expect: 200, timeout: 2 s }]', '10:17 a choice has either expect or timeout'],
    ['[{ timeout: 2 s }]', '10:16 nothing is waited for: use wait'],
    [
      '[{ expect: 200 }, { timeout: 2 s }, { timeout: 3 s }]',
      '10:16 there is one time only: leave one timeout out',
    ],
    ['[{ expect: 200, timout: 2 s }]', '10:32 unknown key timout; did you mean timeout?'],
    ['[{ expect: 200 }, { timeout: soon }]', '10:45 expected a time, such as 500 ms, 2 s or 1 min'],
  ])('%s is an error at its place', (anyOf, finding) => {
    const compiled = compile(two(anyOf, '{ wait: 0 s }'));
    const found = compiled.isValid ? [] : compiled.diagnostics;
    expect(found.map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual([finding]);
  });
});
