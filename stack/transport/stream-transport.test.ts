import { describe, expect, it } from 'vitest';
import { createIds } from '../core/seeded-ids.ts';
import { octetText, toBytes } from '../message/octets.ts';
import { LoopNetwork } from '../testing/loop-network.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { poolLimits, type PoolLimits } from './stream-transport.ts';
import type { Transport } from './transport.ts';

/*
 * Verified here, in virtual time: every timer and limit of a connection. The traffic itself is in the conformance suite; what needs a
 * peer that misbehaves on a socket (half-closing, not reading) is in node/tcp.test.ts.
 */
const MESSAGE = 'OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 0\r\n\r\n';

function setUp(limits: Partial<PoolLimits> = {}) {
  const clock = new ManualClock();
  const network = new LoopNetwork({ clock, ids: createIds('pool') });
  const bob = network.bind('tcp', { host: '192.0.2.2', port: 5060 }, limits);
  const alice = network.bind('tcp', { host: '192.0.2.1', port: 5060 }, limits);
  const log: string[] = [];
  const watch = (name: string, transport: Transport): void => {
    transport.onReceived(({ bytes }) =>
      log.push(`${clock.now()} ${name} received ${octetText(bytes).slice(0, 7)}`),
    );
    transport.onConnection(({ kind, error }) => {
      log.push(`${clock.now()} ${name} ${kind}${error === undefined ? '' : ` ${error.code}`}`);
    });
  };
  watch('alice', alice);
  watch('bob', bob);
  const send = (text: string, from = alice, to = bob): void => {
    from.send(toBytes(text), { address: to.local }, (error) =>
      log.push(`${clock.now()} send failed ${error.code}`),
    );
  };
  const end = async (...others: Transport[]): Promise<void> => {
    for (const transport of [alice, bob, ...others]) await transport.close();
    await clock.advanceAsync(1000);
    expect([clock.pending, network.openTransports, network.openConnections]).toEqual([0, 0, 0]);
  };
  return { clock, network, alice, bob, log, send, end };
}

describe('StreamTransport: limits of time', () => {
  it('gives up a connection that is not there after the connect timeout', async () => {
    const { clock, network, log, send, end } = setUp({ connectTimeoutMs: 4000 });
    network.impair({ delayMs: 3000 });
    send(MESSAGE);
    await clock.advanceAsync(10_000);
    expect(log.slice(0, 3)).toEqual([
      '3000 bob opened',
      '4000 alice failed timed-out',
      '4000 send failed timed-out',
    ]);
    await clock.advanceAsync(10_000);
    await end();
  });

  it('closes an accepted connection without a message', async () => {
    const { clock, log, send, end } = setUp({ messageTimeoutMs: 5000 });
    send('\r\n\r\n');
    await clock.advanceAsync(5000);
    expect(log).toEqual([
      '0 bob opened',
      '0 alice opened',
      '5000 bob failed timed-out',
      '5000 alice failed closed',
    ]);
    await end();
  });

  it('closes a connection whose message stays incomplete, however it trickles', async () => {
    const { clock, log, send, end } = setUp({ messageTimeoutMs: 5000 });
    send(MESSAGE);
    await clock.advanceAsync(1000);
    for (const octet of MESSAGE.slice(0, 9)) {
      send(octet);
      await clock.advanceAsync(500);
    }
    await clock.advanceAsync(10_000);
    expect(log.slice(2)).toEqual([
      '0 bob received OPTIONS',
      '6000 bob failed timed-out',
      '6000 alice failed closed',
    ]);
    await end();
  });

  it('lets a message take its time when another came whole', async () => {
    const { clock, log, send, end } = setUp({ messageTimeoutMs: 5000 });
    for (let i = 0; i < 4; i++) {
      send(MESSAGE.slice(0, 9));
      await clock.advanceAsync(4000);
      send(MESSAGE.slice(9));
      await clock.advanceAsync(4000);
    }
    expect(log.filter((line) => line.includes('received'))).toHaveLength(4);
    expect(log.filter((line) => line.includes('failed'))).toEqual([]);
    await end();
  });

  it('closes an idle connection, counting from the last octet of either side', async () => {
    const { clock, log, send, end } = setUp({ idleTimeoutMs: 60_000 });
    send(MESSAGE);
    await clock.advanceAsync(50_000);
    send('\r\n\r\n');
    await clock.advanceAsync(59_999);
    expect(log.filter((line) => line.includes('closed'))).toEqual([]);
    await clock.advanceAsync(1);
    expect(log.slice(3).sort()).toEqual(['110000 alice closed', '110000 bob closed']);
    await end();
  });
});

describe('StreamTransport: limits of number', () => {
  it('refuses connections past the limit of the listener and of a source, and takes them again later', async () => {
    const { clock, network, alice, log, send, end, bob } = setUp({
      acceptedConnections: 2,
      acceptedPerSource: 1,
    });
    const second = network.bind('tcp', { host: '192.0.2.1', port: 5070 });
    const third = network.bind('tcp', { host: '192.0.2.3', port: 5060 });
    const fourth = network.bind('tcp', { host: '192.0.2.4', port: 5060 });
    for (const from of [alice, second, third, fourth]) send(MESSAGE, from);
    await clock.advanceAsync(10);
    expect(log.filter((line) => line.includes('bob received'))).toHaveLength(2);
    await alice.close();
    await clock.advanceAsync(1000);
    send(MESSAGE, second);
    await clock.advanceAsync(10);
    expect(log.filter((line) => line.includes('bob received'))).toHaveLength(3);
    expect(bob.isReliable).toBe(true);
    await end(second, third, fourth);
  });

  it('does not count connections from loopback by source', async () => {
    const { clock, network, log, send, end } = setUp();
    const server = network.bind('tcp', { host: '127.0.0.1', port: 5060 }, { acceptedPerSource: 1 });
    const clients = [5061, 5062, 5063].map((port) => network.bind('tcp', { host: '127.0.0.1', port }));
    server.onReceived(() => log.push('received'));
    for (const client of clients) send(MESSAGE, client, server);
    await clock.advanceAsync(10);
    expect(log).toEqual(['received', 'received', 'received']);
    await end(server, ...clients);
  });
});

describe('StreamTransport: failures on the way', () => {
  it('tells the senders whose octets were not taken, and only them', async () => {
    const { clock, network, log, send, end } = setUp();
    send(MESSAGE);
    await clock.advanceAsync(10);
    log.length = 0;
    network.failNext('closed');
    send(MESSAGE);
    send(MESSAGE);
    await clock.advanceAsync(10);
    expect(log).toEqual([
      '10 alice failed closed',
      '10 send failed closed',
      '10 send failed closed',
      '10 bob failed closed',
    ]);
    send(MESSAGE);
    await clock.advanceAsync(10);
    expect(log.slice(4)).toEqual(['20 bob opened', '20 alice opened', '20 bob received OPTIONS']);
    await end();
  });

  it('reports a connection that cannot be opened with the code of the failure', async () => {
    const { clock, network, log, send, end } = setUp();
    network.failNext('unreachable');
    send(MESSAGE);
    await clock.advanceAsync(10);
    expect(log).toEqual(['0 alice failed unreachable', '0 send failed unreachable']);
    await end();
  });
});

describe('StreamTransport: which connection', () => {
  it('RFC 3261 §18.1.1: opens one for each owner that nobody else is given, also by its id', async () => {
    const { clock, network, alice, bob, end } = setUp();
    const sendOver = (owner?: string, connectionId?: string): string | undefined =>
      alice.send(toBytes(MESSAGE), { address: bob.local, owner, connectionId });
    const own = sendOver('call 1');
    const shared = sendOver();
    expect(shared).not.toBe(own);
    await clock.advanceAsync(10);
    expect([sendOver('call 1', own), sendOver('call 1'), sendOver()]).toEqual([own, own, shared]);
    expect([own, shared]).not.toContain(sendOver('call 2'));
    await clock.advanceAsync(10);
    expect(network.openConnections).toBe(6);
    await end();
  });

  it('releases the connections of one owner after what was handed over for them, and no others', async () => {
    const { clock, network, alice, bob, log, end } = setUp();
    const target = { address: bob.local, owner: 'call 1' };
    const first = alice.send(toBytes(MESSAGE), target);
    alice.send(toBytes(MESSAGE), { address: bob.local, owner: 'call 2' });
    await clock.advanceAsync(10);
    log.length = 0;
    alice.send(toBytes(MESSAGE), target);
    alice.release?.('call 1');
    alice.release?.('call 1');
    alice.release?.('nobody');
    await clock.advanceAsync(10_000);
    expect(log).toEqual(['10 alice closed', '10 bob received OPTIONS', '1010 bob closed']);
    expect(network.openConnections).toBe(2);
    expect(alice.send(toBytes(MESSAGE), target)).not.toBe(first);
    await end();
  });

  it('mistake 12: RFC 5626 §5.3: flow: fails at once when the connection is gone, and opens none', async () => {
    const { clock, network, alice, bob, log, end } = setUp();
    const connectionId = alice.send(toBytes(MESSAGE), { address: bob.local });
    await clock.advanceAsync(10);
    network.failNext('closed');
    const target = { address: bob.local, connectionId, sharing: 'flow' } as const;
    alice.send(toBytes(MESSAGE), target);
    await clock.advanceAsync(10);
    log.length = 0;
    const carrier = alice.send(toBytes(MESSAGE), target, ({ code }) => log.push(`flow ${code}`));
    await clock.advanceAsync(0);
    expect([carrier, log, network.openConnections]).toEqual([undefined, ['flow closed'], 0]);
    await end();
  });

  it('RFC 5923 §5: an alias leads to the connection while it lives, and only to its own host', async () => {
    const { clock, network, alice, bob, end } = setUp();
    const ids: string[] = [];
    bob.onConnection(({ kind, connectionId }) => ids.push(`${kind} ${connectionId}`));
    alice.send(toBytes(MESSAGE), { address: bob.local });
    await clock.advanceAsync(10);
    const connectionId = ids[0]?.replace('opened ', '') ?? '';
    bob.alias?.(connectionId, 5060);
    bob.alias?.('unknown', 5070);
    expect(bob.send(toBytes(MESSAGE), { address: alice.local })).toBe(connectionId);
    expect(bob.send(toBytes(MESSAGE), { address: { host: alice.local.host, port: 5070 } })).not.toBe(
      connectionId,
    );
    await clock.advanceAsync(10);
    network.failNext('closed');
    bob.send(toBytes(MESSAGE), { address: alice.local });
    await clock.advanceAsync(10);
    expect(bob.send(toBytes(MESSAGE), { address: alice.local })).not.toBe(connectionId);
    await clock.advanceAsync(10);
    await end();
  });

  it('RFC 5923 §5: an alias that is there is not taken over by another connection of the same host', async () => {
    const { clock, alice, bob, end } = setUp();
    const ids: string[] = [];
    bob.onConnection(({ connectionId }) => ids.push(connectionId));
    for (const owner of ['one', 'two']) {
      alice.send(toBytes(MESSAGE), { address: bob.local, owner });
      await clock.advanceAsync(10);
    }
    const [first = '', second = ''] = ids;
    bob.alias?.(first, 5099);
    bob.alias?.(second, 5099);
    expect(first).not.toBe(second);
    expect(bob.send(toBytes(MESSAGE), { address: { host: alice.local.host, port: 5099 } })).toBe(first);
    await clock.advanceAsync(10);
    await end();
  });

  it('over TLS a connection is used for the name it was made for, and no other', async () => {
    const clock = new ManualClock();
    const network = new LoopNetwork({ clock, ids: createIds('names') });
    const alice = network.bind('tls', { host: '192.0.2.1', port: 5061 });
    const bob = network.bind('tls', { host: '192.0.2.2', port: 5061 });
    const carriers = ['a.example', 'b.example', 'A.EXAMPLE', undefined].map((serverName) =>
      alice.send(toBytes(MESSAGE), { address: bob.local, serverName }),
    );
    expect(carriers[2]).toBe(carriers[0]);
    expect(new Set(carriers).size).toBe(3);
    await clock.advanceAsync(10);
    for (const transport of [alice, bob]) await transport.close();
    await clock.advanceAsync(1000);
    expect([clock.pending, network.openConnections]).toEqual([0, 0]);
  });
});

it('tells each refusal: connections of a listener and of a source', async () => {
  const clock = new ManualClock();
  const network = new LoopNetwork({ clock, ids: createIds('limits') });
  const hits: string[] = [];
  const limits = { acceptedConnections: 3, acceptedPerSource: 1 };
  const bob = network.bind('tcp', { host: '192.0.2.2', port: 5060 }, limits, ({ limit, source, atMs }) => {
    hits.push(`${atMs} ${limit} ${source?.host ?? ''}`);
  });
  const peers = [1, 1, 3, 4, 5].map((n) => network.bind('tcp', { host: `192.0.2.10${n}`, port: 0 }));
  for (const peer of peers) peer.send(toBytes(MESSAGE), { address: bob.local });
  await clock.advanceAsync(10);
  expect(hits).toEqual(['0 connections-per-source 192.0.2.101', '0 connections 192.0.2.105']);
  for (const transport of [bob, ...peers]) await transport.close();
  await clock.advanceAsync(1000);
  expect([clock.pending, network.openTransports, network.openConnections]).toEqual([0, 0, 0]);
});

describe('StreamTransport: limits of size (RFC 3261 §21.5.7)', () => {
  it('never takes bodies over 64 MiB, whatever is set', () => {
    expect(poolLimits({ bodyBytes: Infinity }).bodyBytes).toBe(64 * 1024 * 1024);
    expect(poolLimits({ bodyBytes: 10 }).bodyBytes).toBe(10);
  });
});
