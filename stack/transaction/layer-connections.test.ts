import { describe, expect, it } from 'vitest';
import { createIds } from '../core/seeded-ids.ts';
import { topVia } from '../message/headers/via.ts';
import { parseMessage } from '../message/parse.ts';
import type { SipMessage } from '../message/message.ts';
import { LoopNetwork } from '../testing/loop-network.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { nameOf, requestBytes, responseBytes } from '../testing/sip-messages.ts';
import type { Received, Transport } from '../transport/transport.ts';
import { TransactionLayer } from './layer.ts';
import { DEFAULT_TIMING, type ClientTransaction, type Incoming } from './types.ts';

/* One layer over TCP, and a peer whose connections come and go. */
function setUp() {
  const clock = new ManualClock();
  const network = new LoopNetwork({ clock, ids: createIds('connections') });
  const own = network.bind('tcp', { host: '192.0.2.1', port: 5060 });
  const peer = network.bind('tcp', { host: '192.0.2.2', port: 5060 });
  const log: string[] = [];
  const requests: { message: SipMessage; received: Received }[] = [];
  peer.onReceived((received) => {
    const message = parseMessage(received.bytes);
    requests.push({ message, received });
    log.push(`${clock.now()} peer hears ${nameOf(message)} over ${received.from.port}`);
  });
  const layer = new TransactionLayer({
    clock,
    ids: createIds('layer'),
    timing: DEFAULT_TIMING,
    core: {
      onRequest: () => undefined,
      onAck: () => undefined,
      onStrayResponse: ({ message }) => log.push(`${clock.now()} stray ${nameOf(message)}`),
    },
  });
  layer.addTransport(own);
  const send = (method: string, branch = 'z9hG4bK1', owner?: string): ClientTransaction => {
    const bytes = requestBytes(method, { protocol: 'TCP', branch });
    const target = { address: peer.local, owner };
    return layer.request(
      bytes,
      parseMessage(bytes),
      { transport: own, target },
      {
        onResponse: ({ message }: Incoming) => log.push(`${clock.now()} response ${nameOf(message)}`),
        onTimeout: () => log.push(`${clock.now()} timeout`),
        onTransportFailed: ({ code }) => log.push(`${clock.now()} failed ${code}`),
      },
    );
  };
  const answer = (status: number, n = -1): void => {
    const request = requests.at(n);
    if (request === undefined) return;
    const { from, connectionId } = request.received;
    peer.send(responseBytes(request.message, status), { address: from, connectionId });
  };
  const end = async (...others: Transport[]): Promise<void> => {
    layer.dispose();
    for (const transport of [own, peer, ...others]) await transport.close();
    await clock.advanceAsync(40_000);
    expect([clock.pending, network.openTransports, network.openConnections]).toEqual([0, 0, 0]);
  };
  return { clock, network, own, peer, log, requests, layer, send, answer, end };
}

describe('client transactions and dead connections', () => {
  it.each(['OPTIONS', 'INVITE'])(
    'mistake 12: RFC 3261 §18.4: %s learns at once that its connection is gone, not at timer B or F',
    async (method) => {
      const { clock, log, peer, layer, send, end } = setUp();
      const transaction = send(method);
      await clock.advanceAsync(200);
      await peer.close();
      await clock.advanceAsync(0);
      expect(transaction.state).toBe('terminated');
      await clock.advanceAsync(1300);
      expect(log).toEqual([`0 peer hears ${method} over 49152`, '200 failed closed']);
      expect(layer.stats.clientTransactions).toBe(0);
      await end();
    },
  );

  it('RFC 3261 §18.4: an INVITE that rings learns it too, for no timer runs any more', async () => {
    const { clock, log, peer, send, answer, end } = setUp();
    send('INVITE');
    await clock.advanceAsync(100);
    answer(180);
    await clock.advanceAsync(100);
    await peer.close();
    await clock.advanceAsync(1100);
    expect(log.slice(1)).toEqual(['100 response 180', '200 failed closed']);
    await end();
  });

  it('leaves alone who has a final response, and who waits on another connection', async () => {
    const { clock, network, log, own, requests, send, answer, end } = setUp();
    const connections: string[] = [];
    own.onConnection(({ kind, connectionId }) => connections.push(`${kind} ${connectionId}`));
    send('INVITE', 'z9hG4bKdone');
    send('OPTIONS', 'z9hG4bKother', 'a call');
    await clock.advanceAsync(100);
    const [invite] = requests;
    expect(new Set(requests.map(({ received }) => received.connectionId)).size).toBe(2);
    answer(486, requests.indexOf(invite ?? (requests[0] as never)));
    await clock.advanceAsync(100);
    log.length = 0;
    network.failNext('closed');
    own.send(requestBytes('ACK', { protocol: 'TCP' }), { address: { host: '192.0.2.2', port: 5060 } });
    await clock.advanceAsync(100);
    expect(connections.filter((line) => line.startsWith('failed'))).toHaveLength(1);
    expect(log).toEqual([]);
    answer(
      200,
      requests.findIndex(({ message }) => nameOf(message) === 'OPTIONS'),
    );
    await clock.advanceAsync(100);
    expect(log).toEqual(['300 response 200']);
    await end();
  });

  it('RFC 3261 §9.1, §17.1.1.3: CANCEL and ACK go over the connection of their INVITE, even one for this call only', async () => {
    const { clock, log, send, answer, end } = setUp();
    send('OPTIONS', 'z9hG4bKshared');
    const invite = send('INVITE', 'z9hG4bKown', 'a call');
    await clock.advanceAsync(100);
    answer(180);
    await clock.advanceAsync(100);
    invite.cancel();
    await clock.advanceAsync(100);
    answer(200);
    answer(487, 1);
    await clock.advanceAsync(100);
    expect(log.filter((line) => line.includes('peer hears'))).toEqual([
      '0 peer hears OPTIONS over 49152',
      '0 peer hears INVITE over 49153',
      '200 peer hears CANCEL over 49153',
      '300 peer hears ACK over 49153',
    ]);
    await end();
  });
});

describe('RFC 5923: connections are used both ways', () => {
  it.each([
    [
      'RFC 5923 §5: a request to the sent-by of a Via with alias goes over the connection it came on',
      ';alias',
      1,
    ],
    ['RFC 5923 §4: without alias a connection of its own is opened', '', 2],
  ])('%s', async (_, param, connections) => {
    const { clock, network, own, peer, requests, layer, send, end } = setUp();
    const via = `SIP/2.0/TCP 192.0.2.2:5060;branch=z9hG4bKin${param}`;
    peer.send(requestBytes('OPTIONS', { via }), { address: own.local });
    await clock.advanceAsync(10);
    send('MESSAGE');
    await clock.advanceAsync(10);
    expect(network.openConnections).toBe(2 * connections);
    expect(requests.map(({ message }) => topVia(message)?.branch)).toEqual(['z9hG4bK1']);
    layer.dispose();
    await end();
  });
});
