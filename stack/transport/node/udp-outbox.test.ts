import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createSystemClock } from '../../core/node/system-clock.ts';
import { bindUdp } from './udp.ts';

/* Verified over sockets: datagrams that leave together at the end of a turn are all there, in the order they were handed over. */

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
