import { createSocket } from 'node:dgram';
import type { Losses } from './losses.ts';
import type { Target, Wire } from './wire.ts';

/** Packets the system has not taken yet, such as while a name is looked up; past them messages are lost. */
const MAX_UNDER_WAY = 4096;

export function udpWire({ host, port }: Target, losses: Losses): Wire {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  // What a socket reports outside of a send concerns no packet.
  socket.on('error', () => undefined);
  socket.unref();
  let isClosed = false;
  let underWay = 0;
  let onDrained: (() => void) | undefined;
  return {
    send: (packet) => {
      if (isClosed || underWay >= MAX_UNDER_WAY) {
        losses.add();
        return;
      }
      underWay++;
      socket.send(packet, port, host, (error) => {
        underWay--;
        if (error !== null) losses.add();
        if (underWay === 0) onDrained?.();
      });
    },
    close: async () => {
      if (isClosed) return;
      isClosed = true;
      if (underWay > 0)
        await new Promise<void>((resolve) => {
          onDrained = resolve;
        });
      socket.close();
    },
  };
}
