import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createSystemClock } from '../../core/node/system-clock.ts';
import { createIds } from '../../core/seeded-ids.ts';
import type { Ids } from '../../core/ids.ts';
import type { Transport } from '../transport.ts';
import { bindTcp } from './tcp.ts';
import { bindUdp } from './udp.ts';

/* Bounded by count, not by time: garbage, half messages, half-closed and reset connections, peers that do not read; then the transport must work as ever. */
const DATAGRAMS = 3000;
const CONNECTIONS = 150;
const MESSAGE = 'OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 2\r\n\r\nhi';

function noise(ids: Ids, maxLength: number): Buffer {
  const pieces = [
    MESSAGE,
    MESSAGE.slice(0, 30),
    '\r\n\r\n',
    'Content-Length: 999999999\r\n',
    ids.token(40),
    '\x00\xff\x16',
  ];
  const bytes = Buffer.from(
    Array.from({ length: 8 }, () => pieces[Math.floor(ids.chance() * 6)] ?? '').join(''),
    'latin1',
  );
  for (let flips = ids.chance() * 4; flips > 1; flips--)
    bytes[Math.floor(ids.chance() * bytes.length)] = ids.chance() * 256;
  return bytes.subarray(0, Math.floor(ids.chance() * maxLength));
}

function echo(transport: Transport): { readonly count: () => number } {
  let received = 0;
  transport.onReceived(({ bytes, from, connectionId }) => {
    received++;
    transport.send(bytes, { address: from, connectionId }, () => undefined);
  });
  return { count: () => received };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function expectNoLeak(transport: Transport, pending: () => number): Promise<void> {
  await transport.close();
  expect(pending()).toBe(0);
}

describe('transports under abuse', () => {
  it('UDP: takes random datagrams of every size and still answers', async () => {
    const clock = createSystemClock();
    const transport = await bindUdp({ host: '127.0.0.1', port: 0 }, { clock });
    const { count } = echo(transport);
    const ids = createIds('datagrams');
    const peer: DatagramSocket = createSocket('udp4');
    peer.bind(0, '127.0.0.1');
    await once(peer, 'listening');
    for (let i = 0; i < DATAGRAMS; i++) {
      peer.send(noise(ids, 400), transport.local.port, '127.0.0.1');
      if (i % 50 === 0) await turn();
    }
    const answered = new Promise<void>((resolve) => {
      peer.on('message', (bytes) => {
        if (bytes.toString('latin1') === `${MESSAGE} at last`) resolve();
      });
    });
    peer.send(`${MESSAGE} at last`, transport.local.port, '127.0.0.1');
    await answered;
    expect(count()).toBeGreaterThan(DATAGRAMS / 2);
    peer.close();
    await expectNoLeak(transport, () => clock.pending);
  });

  it('TCP: takes garbage, half messages, resets and deaf peers, and still answers', async () => {
    const clock = createSystemClock();
    const limits = { messageTimeoutMs: 150, lingerMs: 50, bufferedBytes: 100_000 };
    const transport = await bindTcp({ host: '127.0.0.1', port: 0 }, { clock, limits });
    echo(transport);
    const ids = createIds('connections');
    const peers: Socket[] = [];
    for (let i = 0; i < CONNECTIONS; i++) {
      const peer = connect({ host: '127.0.0.1', port: transport.local.port, allowHalfOpen: true });
      // Resets are what this is about.
      peer.on('error', () => undefined);
      peers.push(peer);
      await once(peer, 'connect');
      misbehave(peer, ids);
      if (i % 10 === 0) await turn();
    }
    const honest = connect({ host: '127.0.0.1', port: transport.local.port });
    peers.push(honest);
    honest.write(MESSAGE);
    const [answer] = (await once(honest, 'data')) as [Buffer];
    expect(answer.toString('latin1')).toBe(MESSAGE);
    honest.end();
    // Whatever they do, every one of them is gone in the end: by its own doing, by the limits, or when the sockets are dropped.
    for (const peer of peers) if (ids.chance() < 0.5) peer.destroy();
    const deadlineMs = clock.now() + 5000;
    while (transport.stats.connections > CONNECTIONS / 2 && clock.now() < deadlineMs) await turn();
    expect(transport.stats.connections).toBeLessThanOrEqual(CONNECTIONS / 2);
    await expectNoLeak(transport, () => clock.pending);
    expect(transport.stats).toEqual({ connections: 0, refusedConnections: 0 });
    for (const peer of peers) peer.destroy();
  });
});

function misbehave(peer: Socket, ids: Ids): void {
  const kind = Math.floor(ids.chance() * 6);
  if (kind === 0) peer.end(noise(ids, 300));
  else if (kind === 1) peer.write(noise(ids, 300), () => peer.resetAndDestroy());
  else if (kind === 2) for (const octet of noise(ids, 60)) peer.write(Buffer.of(octet));
  else if (kind === 3) peer.write(MESSAGE.slice(0, 40));
  else if (kind === 4) peer.pause().write(MESSAGE.repeat(2000));
  else peer.write(noise(ids, 300));
}
