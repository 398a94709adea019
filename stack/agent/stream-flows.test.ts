import { describe, expect, it } from 'vitest';
import type { Protocol } from '../core/address.ts';
import { topVia } from '../message/headers/via.ts';
import { createAgentLab } from '../testing/agent-lab.ts';
import { OUR_SDP, PEER_SDP, SDP_LINE } from '../testing/call-lab.ts';
import { RawPeer } from '../testing/raw-peer.ts';
import type { ConnectionEvent } from '../transport/transport.ts';
import type { Handler } from './handler.ts';

/*
 * Verified: an agent in a call that came over a stream: what it writes of itself, and that its own requests take the way the call came.
 * The connections themselves are in stack/transport.
 */
const answering: Handler = {
  name: 'answering',
  methods: ['INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS'],
  explain: () => 'Answers 200.',
  handle: (request) => {
    request.respond(200, request.method === 'INVITE' ? { body: OUR_SDP } : {});
  },
};

async function inCall(protocol: Protocol, contact: string, uri = 'sip:us@10.0.0.1') {
  const { clock, network, agent } = createAgentLab();
  const ua = agent('10.0.0.1', answering);
  const own = network.bind(protocol, { host: '10.0.0.1', port: 5070 });
  ua.addTransport(own);
  const connections: ConnectionEvent[] = [];
  own.onConnection((event) => connections.push(event));
  const peer = new RawPeer(clock, network.bind(protocol, { host: '10.0.0.9', port: 5060 }), own.local);
  const sent = {
    method: 'INVITE',
    uri,
    contact: false,
    lines: [`Contact: ${contact}`, SDP_LINE],
    body: PEER_SDP,
  };
  peer.send(sent);
  await clock.advanceAsync(10);
  const ok = peer.last;
  peer.send({ method: 'ACK', uri, toTag: ok.first('To')?.split('tag=')[1], branch: 'z9hG4bK-ack' });
  await clock.advanceAsync(10);
  peer.take();
  const end = async (): Promise<void> => {
    ua.dispose();
    for (const transport of [...ua.context.listeners.transports, peer.transport]) await transport.close();
    await clock.advanceAsync(60_000);
    expect([clock.pending, network.openTransports, network.openConnections]).toEqual([0, 0, 0]);
  };
  return { clock, network, ua, own, peer, connections, ok, end };
}

describe('calls over streams', () => {
  it.each<[Protocol, string, string, string]>([
    ['tcp', '<sip:peer@10.0.0.9:5060;transport=tcp>', 'TCP', '<sip:lab@10.0.0.1:5070;transport=tcp>'],
    ['tls', '<sip:peer@10.0.0.9:5060;transport=tls>', 'TLS', '<sip:lab@10.0.0.1:5070;transport=tls>'],
    ['ws', '<sip:peer@df7jal23ls0d.invalid;transport=ws>', 'WS', '<sip:lab@10.0.0.1:5070;transport=ws>'],
    ['wss', '<sip:peer@df7jal23ls0d.invalid;transport=ws>', 'WSS', '<sip:lab@10.0.0.1:5070;transport=ws>'],
  ])(
    'mistake 9: RFC 3261 §18.1.1: over %s a request that takes the way of the call names the port of the listener in Via',
    async (protocol, contact, name, ownContact) => {
      const { clock, ua, own, peer, connections, ok, end } = await inCall(protocol, contact);
      expect(ok.first('Contact')).toBe(ownContact);
      ua.sessions[0]?.hangUp();
      await clock.advanceAsync(10);
      const bye = peer.last;
      expect(bye.startLine).toMatchObject({ method: 'BYE', uri: contact.slice(1, -1) });
      const via = topVia(bye);
      expect([via?.protocol, via?.sentBy]).toEqual([name, { host: '10.0.0.1', port: own.local.port }]);
      expect(connections.map(({ kind }) => kind)).toEqual(['opened']);
      expect(connections[0]?.remote.port).not.toBe(5060);
      await end();
    },
  );

  it('RFC 3261 §12.1.1: answers a call to a sips URI with a sips Contact', async () => {
    const { ok, end } = await inCall('tls', '<sips:peer@10.0.0.9:5060>', 'sips:us@10.0.0.1');
    expect(ok.first('Contact')).toBe('<sips:lab@10.0.0.1:5070>');
    await end();
  });

  it('RFC 5923 §5: offers the connection for requests to us over TLS', async () => {
    const { clock, ua, peer, end } = await inCall('tls', '<sip:peer@10.0.0.9:5060;transport=tls>');
    ua.sessions[0]?.hangUp();
    await clock.advanceAsync(10);
    expect(topVia(peer.last)?.params.has('alias')).toBe(true);
    await end();
  });

  it('mistake 12: RFC 7118 §5: a call over a WebSocket that is gone is not sought anywhere else', async () => {
    const { clock, network, ua, peer, end } = await inCall(
      'ws',
      '<sip:peer@df7jal23ls0d.invalid;transport=ws>',
    );
    await peer.transport.close();
    await clock.advanceAsync(10);
    expect(network.openConnections).toBe(0);
    const [session] = ua.sessions;
    session?.hangUp();
    await clock.advanceAsync(100);
    expect([ua.sessions.length, ua.stats.clientTransactions, network.openConnections]).toEqual([0, 0, 0]);
    await end();
  });
});
