import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createSystemClock } from '../../core/node/system-clock.ts';
import { bindUdp } from './udp.ts';
import { UdpQueue } from './udp-queue.ts';

/*
 * Verified over sockets: datagrams that leave together at the end of a turn are all there, in the order they were handed over.
 * Without sockets: what a turn does, and in which order.
 */

const peerThatListens = async () => {
  const heard: string[] = [];
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  let wake = (): void => undefined;
  socket.on('message', (bytes) => {
    heard.push(bytes.toString('latin1'));
    wake();
  });
  const hasHeard = (count: number) =>
    new Promise<void>((resolve) => {
      wake = () => {
        if (heard.length >= count) resolve();
      };
      wake();
    });
  return { socket, heard, hasHeard, address: { host: '127.0.0.1', port: socket.address().port } };
};

describe('datagrams of one turn', () => {
  it.each([1, 63, 64, 65, 200])('arrive in order, %i of them', async (count) => {
    const clock = createSystemClock();
    const transport = await bindUdp({ host: '127.0.0.1', port: 0 }, { clock });
    const peer = await peerThatListens();
    const texts = Array.from({ length: count }, (_, n) => `datagram ${n}`);
    // Every other one is asked about, which takes another way through Node.
    for (const [n, text] of texts.entries()) {
      const onFailed = n % 2 === 0 ? undefined : () => peer.heard.push('failed');
      transport.send(Buffer.from(text), { address: peer.address }, onFailed);
    }
    await peer.hasHeard(count);
    expect(peer.heard).toEqual(texts);
    peer.socket.close();
    await transport.close();
  });

  it('leave before the socket closes', async () => {
    const clock = createSystemClock();
    const transport = await bindUdp({ host: '127.0.0.1', port: 0 }, { clock });
    const peer = await peerThatListens();
    transport.send(Buffer.from('last words'), { address: peer.address });
    await transport.close();
    await peer.hasHeard(1);
    expect(peer.heard).toEqual(['last words']);
    peer.socket.close();
  });
});

describe('a turn', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  const remote = { address: '127.0.0.1', port: 5070 };
  /** A queue whose socket is never bound, and what happened to it. */
  const fakeQueue = (take: (text: string, queue: UdpQueue) => void) => {
    vi.useFakeTimers({ toFake: ['setImmediate'] });
    const did: string[] = [];
    const socket = Object.assign(createSocket('udp4'), {
      send: (bytes: Uint8Array) => did.push(`sent ${Buffer.from(bytes).toString()}`),
    });
    const queue = new UdpQueue(socket, (bytes) => {
      const text = Buffer.from(bytes).toString();
      did.push(`took ${text}`);
      take(text, queue);
    });
    const arrive = (text: string) => socket.emit('message', Buffer.from(text), remote);
    return { did, arrive };
  };

  it('reads all, takes all up, and sends all, with one immediate', () => {
    const { did, arrive } = fakeQueue((text, queue) => {
      queue.send(Buffer.from(`answer to ${text}`), remote.port, remote.address);
    });
    for (const text of ['one', 'two']) arrive(text);
    expect(did).toEqual([]);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersToNextTimer();
    expect(did).toEqual(['took one', 'took two', 'sent answer to one', 'sent answer to two']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('loses nothing when one datagram makes its listener fail', () => {
    const { did, arrive } = fakeQueue((text, queue) => {
      if (text === 'bad') throw new Error('cannot be read');
      queue.send(Buffer.from(`answer to ${text}`), remote.port, remote.address);
    });
    for (const text of ['one', 'bad', 'two']) arrive(text);
    expect(() => vi.advanceTimersToNextTimer()).toThrow('cannot be read');
    vi.advanceTimersToNextTimer();
    expect(did).toEqual(['took one', 'took bad', 'sent answer to one', 'took two', 'sent answer to two']);
    arrive('three');
    vi.advanceTimersToNextTimer();
    expect(did.slice(-2)).toEqual(['took three', 'sent answer to three']);
  });
});
