import { describe, expect, it } from 'vitest';
import { topVia } from '../message/headers/via.ts';
import { createAgentLab } from '../testing/agent-lab.ts';
import { scriptedResolver } from '../testing/scripted-resolver.ts';
import { RawPeer } from '../testing/raw-peer.ts';
import type { Handler } from './handler.ts';
import { describeResult } from './result.ts';

/* Verified: which way a request goes: over TCP when it is large, over the stream its call came by, by name, back to UDP. */

const LARGE = 'x'.repeat(1400);
const SMALL = 'x';

const answering: Handler = {
  name: 'answering',
  methods: ['INVITE', 'ACK', 'CANCEL', 'BYE', 'OPTIONS'],
  explain: () => 'Answers 200.',
  handle: (request) => {
    request.respond(200);
  },
};

const lab = () => {
  const { clock, network, agent } = createAgentLab();
  const ua = agent('10.0.0.1', answering, {
    resolver: scriptedResolver({ 'peer.example': ['2001:db8::1', '10.0.0.9'] }),
  });
  ua.addTransport(network.bind('tcp', { host: '10.0.0.1', port: 5060 }));
  const listen = (protocol: 'udp' | 'tcp'): RawPeer =>
    new RawPeer(clock, network.bind(protocol, { host: '10.0.0.9', port: 5060 }), {
      host: '10.0.0.1',
      port: 5060,
    });
  return { clock, network, ua, listen };
};

const MESSAGE = { method: 'MESSAGE', target: 'sip:10.0.0.9', contentType: 'text/plain' };

describe('the way of a request (RFC 3261 §18.1.1, §8.1.2)', () => {
  it.each([
    ['a large one goes over TCP', LARGE, undefined, 'TCP'],
    ['a small one goes over UDP', SMALL, undefined, 'UDP'],
    ['a large one that is told to goes over UDP', LARGE, 'udp', 'UDP'],
    ['a small one that is told to goes over TCP', SMALL, 'tcp', 'TCP'],
  ] as const)('%s', (_what, body, protocol, expected) => {
    const { clock, ua, listen } = lab();
    const peers = [listen('udp'), listen('tcp')];
    void ua.request({ ...MESSAGE, body, ...(protocol === undefined ? {} : { protocol }) });
    clock.advance(1);
    const via = peers.flatMap((peer) => peer.received.map((m) => topVia(m)?.protocol));
    expect(via).toEqual([expected]);
    ua.dispose();
  });

  it('a large one that nobody takes over TCP goes over UDP after all', async () => {
    const { clock, ua, listen } = lab();
    const udp = listen('udp');
    const result = ua.request({ ...MESSAGE, body: LARGE });
    clock.advance(100);
    expect(udp.take()).toEqual(['MESSAGE']);
    expect(topVia(udp.last)?.protocol).toBe('UDP');
    udp.respond(udp.last, '200 OK', [], 'p');
    expect(await result).toMatchObject({ kind: 'response', status: 200 });
    ua.dispose();
  });

  it('mistake 37: a name leads to the first of its addresses that we can reach', async () => {
    const { clock, ua, listen } = lab();
    const udp = listen('udp');
    const result = ua.request({ ...MESSAGE, target: 'sip:peer.example', body: SMALL });
    await clock.settle();
    clock.advance(1);
    expect(udp.last.startLine).toMatchObject({ uri: 'sip:peer.example' });
    udp.respond(udp.last, '202 Accepted', [], 'p');
    expect(await result).toMatchObject({ kind: 'response', status: 202 });
    ua.dispose();
  });

  it('a name without address leads nowhere', async () => {
    const { ua } = lab();
    const result = await ua.request({ ...MESSAGE, target: 'sip:nobody.example', body: SMALL });
    expect(result).toMatchObject({ kind: 'not-sent', code: 'not-found' });
    expect(describeResult(result)).toBe('nobody.example has no address');
    ua.dispose();
  });

  it('in a call that came over TCP it takes the same connection, whatever port Contact names', async () => {
    const { clock, ua, listen } = lab();
    const tcp = listen('tcp');
    tcp.send({
      method: 'INVITE',
      contact: false,
      lines: ['Contact: <sip:peer@10.0.0.9:7777;transport=tcp>'],
    });
    await clock.advanceAsync(1);
    const [ok] = tcp.received;
    expect(ok?.first('Contact')).toBe('<sip:lab@10.0.0.1:5060;transport=tcp>');
    const toTag = ua.sessions[0]?.dialog.localTag;
    tcp.send({ method: 'ACK', toTag, branch: 'z9hG4bK-ack' });
    await clock.advanceAsync(1);
    ua.sessions[0]?.hangUp();
    await clock.advanceAsync(1);
    expect(tcp.last.startLine).toMatchObject({ method: 'BYE', uri: 'sip:peer@10.0.0.9:7777;transport=tcp' });
    expect(topVia(tcp.last)?.protocol).toBe('TCP');
    ua.dispose();
  });
});

describe('an agent that stops', () => {
  it('tells everybody who waits that there will be no answer', async () => {
    const { clock, ua, listen } = lab();
    listen('udp');
    const asked = ua.request({ ...MESSAGE, body: SMALL, timeoutMs: 60_000 });
    const call = ua.call({ target: 'sip:10.0.0.9' });
    const failed = new Promise((resolve) => call.onFailed(resolve));
    clock.advance(1);
    ua.dispose();
    const gone = { kind: 'not-sent', code: 'ended' };
    expect(await asked).toMatchObject(gone);
    expect(await failed).toMatchObject(gone);
    expect(await ua.request({ ...MESSAGE, body: SMALL })).toMatchObject(gone);
    expect(clock.pending).toBe(0);
  });
});
