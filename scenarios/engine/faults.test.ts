import { describe, expect, it } from 'vitest';
import { parseMessage } from '../../stack/message/parse.ts';
import { runInMemory } from '../testing/run-in-memory.ts';
import { compile } from './compile.ts';
import { RunTrace } from './run-trace.ts';
import type { Verdict } from './verdict.ts';

/* Fault steps: the wire of an actor misbehaves for the next messages. In virtual time. */

const scenario = (alice: string, bob: string): string =>
  `version: 1\nname: x\nactors:\n  alice:\n    target: sip:bob@10.1.0.2\n    steps: [${alice}]\n  bob:\n    steps: [${bob}]\n`;

/** What bob got and sent, with the milliseconds since the run began. */
async function run(alice: string, bob: string): Promise<{ verdict: Verdict; atBob: readonly string[] }> {
  const trace = new RunTrace();
  const verdict = await runInMemory(scenario(alice, bob), { trace });
  const atBob = trace.messages
    .filter(({ actor }) => actor === 'bob')
    .map(({ direction, bytes, atMs }) => {
      const { startLine } = parseMessage(bytes);
      const what =
        startLine.kind === 'request'
          ? startLine.method
          : startLine.kind === 'response'
            ? startLine.status
            : '?';
      return `${direction} ${what} ${Math.round(atMs)}`;
    });
  return { verdict, atBob };
}

const ASK = '{ send: OPTIONS }, { expect: 200 }';
const ANSWER = '{ expect: OPTIONS }, { send: 200 }';

describe('a fault step', () => {
  it('loses the next message alone: the retransmission comes through', async () => {
    const { verdict, atBob } = await run(`{ drop: {} }, ${ASK}`, ANSWER);
    expect(verdict, verdict.reason).toMatchObject({ outcome: 'pass' });
    expect(atBob).toEqual(['in OPTIONS 500', 'out 200 500']);
  });

  it('loses as many as it says, of those it is for, also of those that come', async () => {
    const { verdict, atBob } = await run(`{ drop: { direction: in, only: 2xx, next: 2 } }, ${ASK}`, ANSWER);
    expect(verdict, verdict.reason).toMatchObject({ outcome: 'pass', tookMs: 1500 });
    expect(atBob).toEqual([
      'in OPTIONS 0',
      'out 200 0',
      'in OPTIONS 500',
      'out 200 500',
      'in OPTIONS 1500',
      'out 200 1500',
    ]);
  });

  it('delays and duplicates', async () => {
    const late = await run(`{ delay: { by: 300 ms } }, ${ASK}`, ANSWER);
    expect(late.verdict, late.verdict.reason).toMatchObject({ outcome: 'pass', tookMs: 300 });
    expect(late.atBob[0]).toBe('in OPTIONS 300');
    const twice = await run(`{ duplicate: {} }, ${ASK}`, ANSWER);
    expect(twice.verdict, twice.verdict.reason).toMatchObject({ outcome: 'pass' });
    expect(twice.atBob.filter((line) => line.startsWith('in'))).toEqual(['in OPTIONS 0', 'in OPTIONS 0']);
  });

  it('garbles the next message alone', async () => {
    const ask = `{ send: { method: OPTIONS, new: true, headers: { Call-ID: abc } } }, { expect: 200 }`;
    const answer = (callId: string): string =>
      `{ expect: { method: OPTIONS, headers: { Call-ID: ${callId} } } }, { send: { status: 200, headers: { Call-ID: abc } } }`;
    const { verdict } = await run(
      `{ corrupt: { what: call-id } }, ${ask}, ${ask}`,
      `${answer('xbc')}, ${answer('abc')}`,
    );
    expect(verdict, verdict.reason).toMatchObject({ outcome: 'pass' });
  });

  it('strikes a share of all messages, the same ones in each run of one seed', async () => {
    const rounds = (steps: string): string => `{ repeat: { times: 20, steps: [${steps}] } }`;
    const once = async (): Promise<readonly string[]> => {
      const { verdict, atBob } = await run(
        `{ drop: { share: 50, only: OPTIONS } }, ${rounds('{ send: { method: OPTIONS, new: true } }, { expect: 200 }')}`,
        rounds(ANSWER),
      );
      expect(verdict, verdict.reason).toMatchObject({ outcome: 'pass' });
      return atBob;
    };
    const first = await once();
    expect(await once()).toEqual(first);
    expect(Number(first.at(-1)?.split(' ')[2])).toBeGreaterThan(500);
  });
});

describe('what is wrong with a fault step', () => {
  it.each([
    ['drop: { next: 1, share: 5 }', 'either next or share says how many, not both'],
    ['drop: { nxt: 1 }', 'unknown key nxt; did you mean next?'],
    ['delay: {}', 'is missing'],
    ['corrupt: { what: all }', 'expected one of'],
  ])('%s', (step, expected) => {
    const compiled = compile(scenario(`{ ${step} }`, ''));
    if (compiled.isValid) throw new Error('it is no scenario');
    expect(compiled.diagnostics.map(({ line }) => line)).toEqual([6]);
    expect(compiled.diagnostics[0]?.message).toContain(expected);
  });
});
