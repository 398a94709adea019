import { describe, expect, it } from 'vitest';
import { octetText } from '../../stack/message/octets.ts';
import { runInMemory } from '../testing/run-in-memory.ts';
import { RunTrace, type RunMessage } from './run-trace.ts';

const CALL = `
version: 1
name: call
actors:
  alice:
    target: sip:bob@10.1.0.2
    steps:
      - { send: INVITE, id: call }
      - { expect: 200, id: answered }
      - { send: BYE, id: end }
      - { expect: 200, id: ended }
  bob:
    target: sip:alice@10.1.0.1
    steps:
      - { expect: INVITE, id: called }
      - { wait: 1 s, id: think }
      - { send: 200, id: answer }
      - { expect: ACK, id: acked }
      - { expect: BYE, id: over }
      - { send: 200, id: bye-ok }
`;

const line = ({ bytes, direction, stepId = '-' }: RunMessage): string =>
  `${direction} ${octetText(bytes).split(' ', 2)[0] === 'SIP/2.0' ? octetText(bytes).split(' ')[1] : octetText(bytes).split(' ')[0]} ${stepId}`;

describe('the trace of a run', () => {
  it('holds each message on both sockets with the step that sent or took it', async () => {
    const trace = new RunTrace();
    const verdict = await runInMemory(CALL, { trace });
    expect(verdict, verdict.reason).toMatchObject({ outcome: 'pass' });
    const of = (actor: string): readonly string[] =>
      trace.messages.filter((message) => message.actor === actor).map(line);
    expect(of('alice')).toEqual([
      'out INVITE call',
      'in 100 answered',
      'in 200 answered',
      'out ACK answered',
      'out BYE end',
      'in 200 ended',
    ]);
    expect(of('bob')).toEqual([
      'in INVITE called',
      'out 100 -',
      'out 200 answer',
      'in ACK acked',
      'in BYE over',
      'out 200 bye-ok',
    ]);
    expect(trace.messages.map(({ index }) => index)).toEqual(trace.messages.map((_, index) => index));
    expect(trace.messages[0]).toMatchObject({
      atMs: 0,
      protocol: 'udp',
      local: { host: '10.1.0.1', port: 5060 },
      remote: { host: '10.1.0.2', port: 5060 },
    });
    expect(trace.messages.at(-1)?.atMs).toBeGreaterThanOrEqual(1000);
  });

  it('names the step that failed of a message it did not want, and none of what is sent at the end', async () => {
    const trace = new RunTrace();
    const verdict = await runInMemory(
      CALL.replace('- { send: 200, id: answer }', '- { send: 486, id: answer }'),
      {
        trace,
      },
    );
    expect(verdict.outcome).toBe('fail');
    const alice = trace.messages.filter(({ actor }) => actor === 'alice').map(line);
    expect(alice).toContain('in 486 answered');
    expect(alice.at(-1)).toBe('out ACK -');
  });

  it('is told of as messages cross, and again when a step takes one', async () => {
    const heard: string[] = [];
    await runInMemory(CALL, {
      trace: new RunTrace({
        onMessage: (message) => heard.push(`${message.actor} ${line(message)}`),
      }),
    });
    expect(heard.indexOf('bob in INVITE -')).toBeLessThan(heard.indexOf('bob in INVITE called'));
  });

  it('counts what it does not keep', async () => {
    const trace = new RunTrace({ maxMessages: 3 });
    await runInMemory(CALL, { trace });
    expect(trace.messages).toHaveLength(3);
    expect(trace.leftOut).toBeGreaterThan(3);
  });
});
