import { describe, expect, it } from 'vitest';
import { topVia, vias } from '../message/headers/via.ts';
import { createProxyLab } from '../testing/proxy-lab.ts';

/*
 * Verified: a proxy that keeps no state: one copy for each message, the same branch for the same transaction, responses by Via alone.
 */

const PROXY = '10.0.0.1';

const lab = () => {
  const base = createProxyLab();
  const { agent, proxy } = base.node(PROXY, {
    listeners: [
      ['udp', { host: PROXY, port: 5060 }],
      ['tcp', { host: PROXY, port: 5060 }],
    ],
    policy: { domains: ['example.com'], isStateless: true },
  });
  base.locations.bind('sip:bob@example.com', 'sip:bob@10.0.0.9');
  base.locations.bind('sip:bob@example.com', 'sip:bob@10.0.0.10', { q: 0.5 });
  return {
    ...base,
    agent,
    proxy,
    alice: base.peer('10.0.0.8'),
    bob: base.peer('10.0.0.9'),
    other: base.peer('10.0.0.10'),
  };
};

const branchesOf = (peer: ReturnType<typeof lab>['bob']): readonly (string | undefined)[] =>
  peer.received.map((message) => topVia(message)?.branch);

describe('stateless proxy (RFC 3261 §16.11)', () => {
  it('forwards to one target only, and opens no transaction', async () => {
    const it_ = lab();
    it_.alice.send({ method: 'INVITE', uri: 'sip:bob@example.com' });
    await it_.settle();
    expect([it_.bob.take(), it_.other.take()]).toEqual([['INVITE'], []]);
    expect(it_.agent.stats).toMatchObject({ serverTransactions: 0, clientTransactions: 0 });
    expect(it_.clock.pending).toBe(0);
  });

  it('forwards retransmissions, the CANCEL and the ACK of an INVITE under one branch, others under another', async () => {
    const it_ = lab();
    const request = { uri: 'sip:bob@example.com', branch: 'z9hG4bK-same' };
    for (const method of ['INVITE', 'INVITE', 'CANCEL', 'ACK']) it_.alice.send({ method, ...request });
    it_.alice.send({ method: 'INVITE', uri: 'sip:bob@example.com', branch: 'z9hG4bK-other', cseq: 2 });
    await it_.settle();
    expect(it_.bob.take()).toEqual(['INVITE', 'INVITE', 'CANCEL', 'ACK', 'INVITE']);
    const branches = branchesOf(it_.bob);
    expect(new Set(branches.slice(0, 4)).size).toBe(1);
    expect(branches[4]).not.toBe(branches[0]);
  });

  it('tells requests of RFC 2543 apart by what they have in common', async () => {
    const it_ = lab();
    const send = (cseq: number): void => {
      const text = it_.alice.write({ method: 'INVITE', uri: 'sip:bob@example.com', cseq });
      it_.alice.sendText(text.replace(/;branch=[^\r]*/, ''));
    };
    send(1);
    send(1);
    send(2);
    await it_.settle();
    const [first, again, another] = branchesOf(it_.bob);
    expect(again).toBe(first);
    expect(another).not.toBe(first);
  });

  it('sends responses to the Via below its own, provisional ones and all', async () => {
    const it_ = lab();
    it_.alice.send({ method: 'INVITE', uri: 'sip:bob@example.com' });
    await it_.settle();
    for (const status of ['100 Trying', '180 Ringing', '200 OK', '200 OK'])
      it_.bob.respond(it_.bob.last, status, [], 'b');
    await it_.settle();
    expect(it_.alice.take()).toEqual(['100 Trying', '180 Ringing', '200 OK', '200 OK']);
    expect(vias(it_.alice.last)).toHaveLength(1);
  });

  it('finds the connection of a caller over TCP again by received and rport', async () => {
    const it_ = lab();
    const caller = it_.peerOver('tcp', { host: '10.0.0.7', port: 5555 }, { host: PROXY, port: 5060 });
    caller.sendText(
      caller.write({ method: 'MESSAGE', uri: 'sip:bob@example.com' }).replace(';branch', ';rport;branch'),
    );
    await it_.settle();
    it_.bob.respond(it_.bob.last, '200 OK');
    await it_.settle();
    expect(caller.take()).toEqual(['200 OK']);
    for (const transport of it_.agent.context.listeners.transports) void transport.close();
    await it_.pass(1000);
    expect(it_.clock.pending).toBe(0);
  });

  it('drops a response that is none of its own', async () => {
    const it_ = lab();
    it_.alice.send({ method: 'MESSAGE', uri: 'sip:bob@example.com' });
    await it_.settle();
    const copy = it_.bob.last;
    it_.bob.sendText(
      [
        'SIP/2.0 200 OK',
        `Via: SIP/2.0/UDP ${PROXY}:5060;branch=z9hG4bKguess`,
        `Via: ${vias(copy)[1]?.text ?? ''}`,
        `From: ${copy.first('From') ?? ''}`,
        'To: <sip:b@b>;tag=x',
        'Call-ID: raw-call',
        'CSeq: 1 MESSAGE',
        'Content-Length: 0',
        '',
        '',
      ].join('\r\n'),
    );
    await it_.settle();
    expect(it_.alice.take()).toEqual([]);
  });

  it('refuses what it cannot forward, with the same answer each time', async () => {
    const it_ = lab();
    it_.alice.send({ method: 'MESSAGE', uri: 'sip:bob@example.com', lines: ['Proxy-Require: x'] });
    it_.alice.send({ method: 'MESSAGE', uri: 'sip:nobody@example.com', cseq: 2 });
    await it_.settle();
    expect(it_.alice.take()).toEqual(['420 Bad Extension', '404 Not Found']);
    const tag = it_.alice.last.first('To');
    it_.alice.send({ method: 'MESSAGE', uri: 'sip:nobody@example.com', cseq: 2 });
    await it_.settle();
    expect(it_.alice.take()).toEqual(['404 Not Found']);
    expect(it_.alice.last.first('To')).toBe(tag);
  });

  it('answers what somebody else takes in a transaction of its own, to the last copy and the ACK, and forwards nothing of it', async () => {
    const it_ = lab();
    let left = 1;
    it_.agent.intercept(({ message: { startLine } }) =>
      startLine.kind === 'request' && startLine.method === 'INVITE' && left-- > 0
        ? { status: 486 }
        : undefined,
    );
    const request = { uri: 'sip:bob@example.com', branch: 'z9hG4bK-busy' };
    for (const method of ['INVITE', 'INVITE', 'ACK']) it_.alice.send({ method, ...request });
    await it_.settle();
    expect(it_.alice.take()).toEqual(['486 Busy Here', '486 Busy Here']);
    expect(it_.bob.take()).toEqual([]);
    it_.alice.send({ method: 'INVITE', uri: 'sip:bob@example.com', cseq: 2 });
    await it_.settle();
    expect(it_.bob.take()).toEqual(['INVITE']);
    it_.clock.runAll(100_000);
    expect(it_.agent.stats.serverTransactions).toBe(0);
  });
});
