import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSystemClock, type SystemClock } from '../../core/node/system-clock.ts';
import type { StreamTransport } from '../stream-transport.ts';
import { bindTcp, type TcpOptions } from './tcp.ts';

/* What only a peer of another make shows: here a bare socket of Node. */
const MESSAGE = 'OPTIONS sip:a@b SIP/2.0\r\nContent-Length: 0\r\n\r\n';

let clock: SystemClock;
let transport: StreamTransport;
let peers: Socket[];

beforeEach(() => {
  clock = createSystemClock();
  peers = [];
});

afterEach(async () => {
  for (const peer of peers) peer.destroy();
  await transport.close();
  expect([clock.pending, transport.stats.connections]).toEqual([0, 0]);
});

async function listen(limits: TcpOptions['limits'] = {}): Promise<void> {
  transport = await bindTcp({ host: '127.0.0.1', port: 0 }, { clock, limits });
}

async function dial(): Promise<Socket> {
  const peer = connect({ host: '127.0.0.1', port: transport.local.port, allowHalfOpen: true });
  peers.push(peer);
  await once(peer, 'connect');
  return peer;
}

/** Octets from the peer's point of view, until it has as many as expected. */
async function read(peer: Socket, length: number): Promise<string[]> {
  const chunks: string[] = [];
  while (chunks.join('').length < length) {
    const [chunk] = (await once(peer, 'data')) as [Buffer];
    chunks.push(chunk.toString('latin1'));
  }
  return chunks;
}

describe('TCP on a socket', () => {
  it('answers a double CRLF with a single one (RFC 5626 §4.4.1)', async () => {
    await listen();
    const peer = await dial();
    peer.write('\r\n\r\n');
    expect(await read(peer, 2)).toEqual(['\r\n']);
  });

  it('still answers a peer that closed its half after the request', async () => {
    await listen({ lingerMs: 200 });
    transport.onReceived(({ bytes, from, connectionId }) => {
      clock.after(50, () => {
        transport.send(bytes, { address: from, connectionId });
      });
    });
    const peer = await dial();
    peer.end(MESSAGE);
    expect(await read(peer, MESSAGE.length)).toEqual([MESSAGE]);
    await once(peer, 'end');
  });

  it('hears the end of a peer at once when no answer is due', async () => {
    await listen({ lingerMs: 60_000 });
    const closed = new Promise((resolve) => {
      transport.onConnection((event) => {
        if (event.kind !== 'opened') resolve([event.kind, event.remote]);
      });
    });
    const peer = await dial();
    const { localPort } = peer;
    peer.end();
    expect(await closed).toEqual(['closed', { host: '127.0.0.1', port: localPort }]);
  });

  it('gathers what is sent in one turn into one write', async () => {
    await listen();
    transport.onReceived(({ bytes, from, connectionId }) => {
      transport.send(bytes, { address: from, connectionId });
    });
    const peer = await dial();
    peer.write(MESSAGE.repeat(20));
    expect(await read(peer, 20 * MESSAGE.length)).toEqual([MESSAGE.repeat(20)]);
  });

  it('gives up a peer that does not read, with memory bounded', async () => {
    const bufferedBytes = 1_000_000;
    await listen({ bufferedBytes, lingerMs: 200 });
    const peer = await dial();
    peer.pause();
    const body = Buffer.alloc(100_000, 120);
    const outcome = new Promise<string>((resolve) => {
      transport.onConnection(({ kind, error }) => {
        resolve(`${kind} ${error?.code ?? ''}`);
      });
    });
    const address = { host: '127.0.0.1', port: peer.localPort ?? 0 };
    const failures: string[] = [];
    let sent = 0;
    const pump = (): void => {
      if (failures.length > 0 || sent > 1000) return;
      sent++;
      transport.send(body, { address }, (error) => failures.push(error.code));
      setImmediate(pump);
    };
    peer.write(MESSAGE);
    await new Promise<void>((resolve) => {
      const leave = transport.onReceived(() => {
        leave();
        resolve();
      });
    });
    pump();
    expect(await outcome).toBe('failed timed-out');
    expect(sent).toBeLessThan(1000);
    // At most the limit, one message over it, and the one that found it full.
    expect(failures.length).toBeGreaterThan(0);
    expect(failures.length).toBeLessThanOrEqual(bufferedBytes / body.length + 2);
    expect(new Set(failures)).toEqual(new Set(['timed-out']));
  });

  it('tells a reset from an orderly end', async () => {
    await listen();
    const closed = new Promise((resolve) => {
      transport.onConnection(({ kind, error }) => {
        if (kind !== 'opened') resolve([kind, error?.code]);
      });
    });
    const peer = await dial();
    peer.resetAndDestroy();
    expect(await closed).toEqual(['failed', 'closed']);
  });

  it('sends from the bound address, and over a connection that a peer opened', async () => {
    await listen();
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    transport.send(Buffer.from(MESSAGE), { address: { host: '127.0.0.1', port } });
    const [socket] = await accepted;
    peers.push(socket);
    expect(socket.remoteAddress).toBe('127.0.0.1');
    expect(await read(socket, MESSAGE.length)).toEqual([MESSAGE]);
    const answered = new Promise<string>((resolve) => {
      transport.onReceived(({ from }) => {
        resolve(`${from.host}:${from.port}`);
      });
    });
    socket.write(MESSAGE);
    expect(await answered).toBe(`127.0.0.1:${port}`);
    server.close();
  });

  it.each([
    [{ host: '192.0.2.77', port: 0 }, 'not-available'],
    [{ host: 'localhost', port: 0 }, 'not-available'],
  ])('refuses to bind %j: %s', async (address, code) => {
    await listen();
    await expect(bindTcp(address, { clock })).rejects.toMatchObject({ name: 'TransportError', code });
  });
});
