import { describe, expect, it } from 'vitest';
import { createAgentLab } from '../../stack/testing/agent-lab.ts';
import { parseMessage } from '../../stack/message/parse.ts';
import { runInMemory } from '../testing/run-in-memory.ts';
import { RunTrace } from './run-trace.ts';

/* What a run says that does not pass, and that it never passes when something declared was not met. */

const against = (alice: string, bob: string, actor = '', more = ''): string => `
version: 1
name: against
timeout: 4 s
${more}
actors:
  alice:
    target: sip:bob@\${bob}
${actor}
    steps: [${alice}]
  bob:
    target: sip:alice@\${alice}
    steps: [${bob}]
`;

const failure = async (alice: string, bob: string, actor = '', more = ''): Promise<string> => {
  const { outcome, reason = '', steps } = await runInMemory(against(alice, bob, actor, more));
  expect(outcome).toBe('fail');
  return [reason, ...steps.flatMap(({ hint }) => hint ?? [])].join(' | ');
};

describe('a scenario that fails', () => {
  it('says what was expected and what came', async () => {
    expect(await failure('{ send: INVITE }, { expect: 200 }', '{ expect: INVITE }, { send: 486 }')).toMatch(
      /^alice, line \d+, expect 200: expected 200, got 486 Busy Here \(INVITE\)$/,
    );
  });

  it('says what was nearest when nothing that fits came in time', async () => {
    expect(
      await failure('{ send: INVITE }, { expect: 200 }', '{ expect: INVITE }, { send: 180 }, { wait: 1 h }'),
    ).toContain('expected 200, which did not come in time; nearest: 180 Ringing (INVITE)');
  });

  it('says which check of a message was not met', async () => {
    const bob = '{ expect: OPTIONS }, { send: { status: 200, headers: { X-Colour: red } } }';
    const check = (matcher: string): Promise<string> =>
      failure(`{ send: OPTIONS }, { expect: ${matcher} }`, bob);
    expect(await check('{ status: 200, headers: { X-Colour: blue } }')).toContain(
      'expected X-Colour: blue, got "red"',
    );
    expect(await check('{ status: 200, headers: { X-Colour: null } }')).toContain(
      'expected no X-Colour, got "red"',
    );
    expect(await check('{ status: 200, headers: { X-Size: { matches: "." } } }')).toContain(
      'expected X-Size to match ., got none',
    );
    expect(await check('{ status: 200, headers: { X-Colour: { count: 2 } } }')).toContain(
      'expected 2 lines of X-Colour, got 1',
    );
    expect(await check('{ status: 200, sdp: { streams: 1 } }')).toContain(
      'expected a session description, got none',
    );
    expect(await check('{ status: 200, body: hello }')).toContain('expected the body "hello", got ""');
    expect(await check('{ status: 200, after: 1 s }')).toContain(
      'expected 200 after 1000 ms at least, got it after',
    );
  });

  it('advises credentials when it was challenged', async () => {
    const told = await failure('{ send: REGISTER }, { expect: 200 }', '{ expect: REGISTER }, { send: 401 }');
    expect(told).toContain('expected 200, got 401 Unauthorized (REGISTER)');
    expect(told).toContain(
      'The peer challenged, and the actor has no credentials: give the actor credentials, or expect the 401.',
    );
  });

  it('fails at an expression that is not true, with the values in it', async () => {
    expect(await failure('{ set: { n: 3 } }, { check: "n == 4" }', '{ wait: 1 ms }')).toContain(
      'n == 4 is not true: n is 3',
    );
    expect(await failure('{ check: "nothing == 4" }', '{ wait: 1 ms }')).toContain(
      'Unknown variable: nothing',
    );
  });

  it('fails when a message comes that must not', async () => {
    expect(
      await failure('{ send: MESSAGE }, { none: 2 s }', '{ expect: MESSAGE }, { wait: 1 s }, { send: 200 }'),
    ).toContain('expected nothing, got 200 OK (MESSAGE)');
  });

  it('fails when there is nothing to answer, and when steps go round in a circle', async () => {
    expect(await failure('{ send: 200 }', '{ wait: 1 ms }')).toContain(
      'there is no request to answer with 200',
    );
    expect(await failure('{ label: again }, { goto: again }', '{ wait: 1 ms }')).toContain('in a circle');
  });

  it('fails when one actor ends and the other waits for it', async () => {
    expect(await failure('{ expect: INVITE }', '{ wait: 1 ms }')).toContain(
      'expected INVITE, which did not come in time',
    );
  });

  it.each([
    ['{ expect: INVITE }', 'expected INVITE, which did not come in time'],
    [
      '{ anyOf: [{ expect: INVITE }, { expect: INFO }] }',
      'expected INVITE or INFO, which did not come in time',
    ],
    ['{ allOf: [INVITE, INFO] }', 'expected INVITE and INFO, which did not come in time'],
    [
      '{ optional: INFO }, { expect: { method: BYE, within: 1 s } }',
      'expected BYE, which did not come in time',
    ],
    ['{ send: OPTIONS }, { expect: 200 }', 'expected 200, which did not come in time'],
    ['{ ring: {} }', 'expected INVITE, which did not come in time'],
  ])('never passes when its time is over: %s', async (alice, reason) => {
    expect(await failure(alice, '{ wait: 1 h }')).toContain(reason);
  });

  it('leaves no call behind: what is open is cancelled or ended', async () => {
    const ended = await runInMemory(
      against(
        '{ invite: {} }, { expect: { method: INFO, within: 1 s } }',
        '{ ring: {} }, { answer: {} }, { expect: BYE }, { send: 200 }, { log: "heard the BYE" }',
      ),
    );
    expect(ended.outcome).toBe('fail');
    const cancelled = await runInMemory(
      against('{ send: INVITE }, { expect: { status: 200, within: 1 s } }', '{ ring: {} }, { wait: 1 h }'),
    );
    expect(cancelled.reason).toContain('expected 200, which did not come in time');
  });

  it.each([
    [
      'refused',
      '{ send: INVITE }, { expect: { status: 486, method: INVITE } }, { wait: 1 s }',
      '{ ring: {} }, { send: 486 }',
    ],
    [
      'given up',
      '{ send: INVITE }, { expect: 180 }, { cancel: {} }, { wait: 1 s }',
      '{ ring: {} }, { expect: CANCEL }, { send: { status: 487, method: INVITE } }',
    ],
  ])('sends no BYE for a call that was %s', async (_, alice, bob) => {
    const lab = createAgentLab();
    const sent: string[] = [];
    lab.network.dropIf(({ bytes }) => {
      sent.push(Buffer.from(bytes).toString('latin1').split(' ', 1)[0] ?? '');
      return false;
    });
    expect(await runInMemory(against(alice, bob), { lab })).toMatchObject({ outcome: 'pass' });
    expect(sent).toContain('ACK');
    expect(sent).not.toContain('BYE');
  });

  it('ends the call that is on, though an earlier one of the same name was ended by a BYE', async () => {
    const trace = new RunTrace();
    const alice = '{ repeat: { times: 2, steps: [{ invite: {} }, { check: "round < 2" }, { bye: {} }] } }';
    const bob =
      '{ repeat: { times: 2, steps: [{ expect: INVITE }, { send: 200 }, { expect: ACK }, { expect: BYE }, { send: 200 }] } }';
    expect(await runInMemory(against(alice, bob), { trace })).toMatchObject({ outcome: 'fail' });
    const callIds = trace.messages
      .filter(({ actor, direction }) => actor === 'alice' && direction === 'out')
      .map(({ bytes }) => parseMessage(bytes))
      .filter(({ startLine }) => startLine.kind === 'request' && startLine.method === 'BYE')
      .map((message) => message.first('Call-ID'));
    expect(new Set(callIds).size).toBe(2);
  });

  it('could not run where an actor cannot be worked out', async () => {
    const verdict = await runInMemory(against('{ wait: 1 ms }', '{ wait: 1 ms }', '    user: "${who}"'));
    expect(verdict).toMatchObject({ outcome: 'error', reason: 'who: Unknown variable: who' });
  });

  it('is stopped by hand', async () => {
    const stop = new AbortController();
    stop.abort();
    const verdict = await runInMemory(against('{ wait: 1 h }', '{ wait: 1 h }'), { signal: stop.signal });
    expect(verdict).toMatchObject({ outcome: 'stopped', reason: 'stopped by hand' });
  });
});
