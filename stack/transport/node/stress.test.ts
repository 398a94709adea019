import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls, TLSSocket } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { createSystemClock } from '../../core/node/system-clock.ts';
import { createIds } from '../../core/seeded-ids.ts';
import type { Ids } from '../../core/ids.ts';
import type { Transport } from '../transport.ts';
import { createDevCa } from './dev-ca.ts';
import { bindTcp } from './tcp.ts';
import { createTlsContext } from './tls-context.ts';
import { bindUdp } from './udp.ts';
import { bindMux } from './web-socket.ts';

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

  it('RFC 5626 §8: UDP: answers STUN and keeps it from whoever listens for messages', async () => {
    const clock = createSystemClock();
    const transport = await bindUdp({ host: '127.0.0.1', port: 0 }, { clock });
    const heard: string[] = [];
    transport.onReceived(({ bytes }) => heard.push(Buffer.from(bytes).toString('hex')));
    const peer: DatagramSocket = createSocket('udp4');
    peer.bind(0, '127.0.0.1');
    await once(peer, 'listening');
    const request = Buffer.from('000100002112a442b7e7a701bc34d686fa87dfae', 'hex');
    peer.send(Buffer.from('000100082112a442', 'hex'), transport.local.port, '127.0.0.1');
    peer.send(request, transport.local.port, '127.0.0.1');
    const [response] = (await once(peer, 'message')) as [Buffer];
    expect(response.subarray(0, 28).toString('hex')).toBe(
      `0101000c${request.subarray(4).toString('hex')}002000080001${(peer.address().port ^ 0x2112).toString(16).padStart(4, '0')}`,
    );
    // The one that was cut short is no STUN.
    expect(heard).toEqual(['000100082112a442']);
    peer.close();
    await expectNoLeak(transport, () => clock.pending);
  });

  it('TLS and WebSockets on one port: takes a flood of connections that misbehave at every step, and still answers', async () => {
    const clock = createSystemClock();
    const ca = await createDevCa();
    const tls = createTlsContext({
      certificates: [await ca.issue({ names: ['127.0.0.1'] })],
      ca: [ca.pem.certificate],
    });
    // The handshake of an honest peer waits behind those of all others.
    const limits = { messageTimeoutMs: 150, connectTimeoutMs: 3000, lingerMs: 50, bufferedBytes: 100_000 };
    const { sip, webSocket } = await bindMux({ host: '127.0.0.1', port: 0 }, { clock, tls, limits });
    echo(sip);
    echo(webSocket);
    const ids = createIds('handshakes');
    const options = { host: '127.0.0.1', port: sip.local.port, ca: ca.pem.certificate };
    const peers: Socket[] = [];
    for (let i = 0; i < CONNECTIONS; i++) {
      const isPlain = ids.chance() < 0.3;
      const peer = isPlain ? connect({ ...options, allowHalfOpen: true }) : connectTls(options);
      peer.on('error', () => undefined);
      peers.push(peer);
      if (!isPlain && ids.chance() < 0.8) await once(peer, 'secureConnect');
      if (ids.chance() < 0.3) peer.write('GET / HTTP/1.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n');
      misbehave(peer, ids);
      if (i % 10 === 0) await turn();
    }
    const honest = connectTls(options);
    peers.push(honest);
    honest.write(MESSAGE);
    const [answer] = (await once(honest, 'data')) as [Buffer];
    expect(answer.toString('latin1')).toBe(MESSAGE);
    honest.end();
    const deadlineMs = clock.now() + 10_000;
    while (sip.stats.connections + clock.pending > CONNECTIONS / 2 && clock.now() < deadlineMs) await turn();
    expect(sip.stats.connections).toBeLessThanOrEqual(CONNECTIONS / 2);
    await webSocket.close();
    await expectNoLeak(sip, () => clock.pending);
    expect([sip.stats, webSocket.stats]).toEqual([
      { connections: 0, refusedConnections: 0 },
      { connections: 0, refusedConnections: 0 },
    ]);
    for (const peer of peers) peer.destroy();
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
  else if (kind === 1)
    peer.write(noise(ids, 300), () => (peer instanceof TLSSocket ? peer.destroy() : peer.resetAndDestroy()));
  else if (kind === 2) for (const octet of noise(ids, 60)) peer.write(Buffer.of(octet));
  else if (kind === 3) peer.write(MESSAGE.slice(0, 40));
  else if (kind === 4) peer.pause().write(MESSAGE.repeat(2000));
  else peer.write(noise(ids, 300));
}
