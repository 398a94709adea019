import { describe, expect, it } from 'vitest';
import { runInMemory } from '../testing/run-in-memory.ts';
import { compile } from './compile.ts';
import type { Verdict } from './verdict.ts';

/* Expectations about time: since a step, and nothing that comes again. In virtual time. */

const scenario = (alice: string, bob: string): string =>
  `version: 1\nname: x\nactors:\n  alice:\n    target: sip:bob@10.1.0.2\n    steps: [${alice}]\n  bob:\n    steps: [${bob}]\n`;
const run = (alice: string, bob: string): Promise<Verdict> => runInMemory(scenario(alice, bob), {});

const CALL = '{ send: INVITE, id: called }, { expect: 180 }, { wait: 200 ms }';
const ANSWER = (ringMs: number): string =>
  `{ expect: INVITE }, { send: 180 }, { wait: ${ringMs} ms }, { send: 200 }, { expect: ACK }`;
const answered = (time: string): string => `${CALL}, { expect: { status: 200, method: INVITE, ${time} } }`;

describe('time since a step', () => {
  it('counts from the end of that step, and not from the begin of the one that waits', async () => {
    for (const time of ['within: 400 ms, since: called', 'after: 300 ms, since: called']) {
      const verdict = await run(answered(time), ANSWER(350));
      expect(verdict, verdict.reason).toMatchObject({ outcome: 'pass' });
    }
  });

  it('fails what comes too late, and what comes too early', async () => {
    const late = await run(answered('within: 300 ms, since: called'), ANSWER(350));
    expect(late.reason).toContain('expected 200 (INVITE) within 300 ms since called, got it after 350 ms');
    // It waits in the inbox already when the step begins.
    const lateAlready = await run(answered('within: 100 ms, since: called'), ANSWER(150));
    expect(lateAlready.reason).toContain(
      'expected 200 (INVITE) within 100 ms since called, got it after 150 ms',
    );
    const early = await run(answered('after: 400 ms, since: called'), ANSWER(350));
    expect(early.reason).toContain(
      'expected 200 (INVITE) after 400 ms since called at least, got it after 350 ms',
    );
  });

  it('counts from a step of another actor, and of the round that was last', async () => {
    const verdict = await run(
      '{ repeat: { times: 3, steps: [{ send: OPTIONS, id: asked }, { expect: { status: 200, after: 100 ms, within: 150 ms, since: told } }, { wait: 1 s }] } }',
      '{ repeat: { times: 3, steps: [{ expect: OPTIONS, id: told }, { wait: 120 ms }, { send: { status: 200, method: OPTIONS } }] } }',
    );
    expect(verdict, verdict.reason).toMatchObject({ outcome: 'pass' });
  });

  it('fails where that step is not over, and is found to name none before the run', async () => {
    const verdict = await run(
      '{ send: OPTIONS }, { expect: { status: 200, within: 1 s, since: later } }, { log: over, id: later }',
      '{ expect: OPTIONS }, { send: 200 }',
    );
    expect(verdict.reason).toContain('expected 200 at a time since later, which is not over yet');
    const compiled = compile(scenario('{ expect: { status: 200, since: caled } }', CALL));
    expect(compiled).toMatchObject({
      isValid: false,
      diagnostics: [{ line: 6, message: 'there is no step with the id caled; did you mean called?' }],
    });
  });
});

describe('no retransmission', () => {
  const QUIET = (match = ''): string => `{ none: { for: 2 s, retransmission: true${match} } }`;

  it('passes while nothing comes again; what is new is for the next step', async () => {
    const verdict = await run(
      `{ send: OPTIONS }, { wait: 1 s }, { send: { method: OPTIONS, new: true } }, { expect: 200 }, { expect: 200 }`,
      `{ expect: OPTIONS }, { send: 200 }, ${QUIET()}, { expect: OPTIONS }, { send: 200 }`,
    );
    // The second request is sent again until the step is over: two seconds are too long for it.
    expect(verdict.reason).toContain('expected no retransmission, and OPTIONS came again');
    const calm = await run(
      `{ send: OPTIONS }, { expect: 200 }, { wait: 1800 ms }, { send: { method: OPTIONS, new: true } }, { expect: 200 }`,
      `{ expect: OPTIONS }, { send: 200 }, ${QUIET()}, { expect: OPTIONS }, { send: 200 }`,
    );
    expect(calm, calm.reason).toMatchObject({ outcome: 'pass' });
  });

  it('fails when a request, or an answer, comes again; another may', async () => {
    const silent = `{ expect: OPTIONS }, ${QUIET()}, { send: 200 }`;
    expect((await run('{ send: OPTIONS }, { expect: 200 }', silent)).reason).toBe(
      'bob, line 8, none: expected no retransmission, and OPTIONS came again',
    );
    const other = `{ expect: OPTIONS }, ${QUIET(', message: INVITE')}, { send: 200 }`;
    expect(await run('{ send: OPTIONS }, { expect: 200 }', other)).toMatchObject({ outcome: 'pass' });
    // A 2xx comes again until it is acknowledged.
    const call = await run(
      `{ send: INVITE }, { expect: 200 }, ${QUIET()}, { send: ACK }`,
      '{ expect: INVITE }, { send: 200 }, { expect: ACK }',
    );
    expect(call.reason).toContain('expected no retransmission, and 200 OK (INVITE) came again');
  });
});

describe('thousands of requests in one call', () => {
  it('are forgotten when they are answered; the call is ended all the same', async () => {
    const alice =
      '{ invite: {} }, { repeat: { times: 1500, steps: [{ send: INFO }, { expect: { status: 200, method: INFO } }] } }, { bye: {} }';
    const bob =
      '{ ring: {} }, { answer: {} }, { repeat: { times: 1500, steps: [{ expect: INFO }, { send: 200 }] } }, { expect: BYE }, { send: 200 }';
    const verdict = await run(alice, bob);
    expect(verdict, verdict.reason).toMatchObject({ outcome: 'pass' });
  });
});
