import { connect, type Socket } from 'node:net';
import type { Clock, Timer } from '../../../stack/core/clock.ts';
import type { Losses } from './losses.ts';
import type { Target, Wire } from './wire.ts';

/** The wait before the first new connection; each one that fails doubles it. */
const RECONNECT_MS = 1000;
const MAX_RECONNECT_MS = 30_000;
/** What a collector may take to read the rest when its mirror is closed. */
const CLOSE_MS = 1000;
/** Octets that wait for a slow or absent collector; past them messages are lost. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;

/** Packets over one connection, in order: while some wait, new ones wait behind them. */
export function tcpWire(target: Target, clock: Clock, losses: Losses): Wire {
  const queue: Buffer[] = [];
  let queuedBytes = 0;
  let socket: Socket | undefined;
  let isOpen = false;
  let isClosed = false;
  let retry: Timer | undefined;
  let retryMs = RECONNECT_MS;

  /** Hands over what the connection takes without piling it up in its own buffer. */
  const flush = (): void => {
    while (isOpen && socket !== undefined && !socket.writableNeedDrain) {
      const packet = queue.shift();
      if (packet === undefined) return;
      queuedBytes -= packet.length;
      socket.write(packet);
    }
  };
  const open = (): void => {
    const made = connect(target);
    socket = made;
    made.on('connect', () => {
      isOpen = true;
      retryMs = RECONNECT_MS;
      flush();
    });
    made.on('drain', flush);
    // The end of the connection says what there is to say.
    made.on('error', () => undefined);
    made.on('close', () => {
      isOpen = false;
      if (isClosed) return;
      retry = clock.after(retryMs, open);
      retryMs = Math.min(2 * retryMs, MAX_RECONNECT_MS);
    });
  };
  open();
  return {
    send: (packet) => {
      if (isClosed || queuedBytes + packet.length > MAX_WAITING_BYTES) {
        losses.add();
        return;
      }
      queue.push(packet);
      queuedBytes += packet.length;
      flush();
    },
    close: async () => {
      if (isClosed) return;
      isClosed = true;
      retry?.cancel();
      if (socket !== undefined && isOpen) await rest(socket);
      else {
        socket?.destroy();
        if (queue.length > 0) losses.add(queue.length);
      }
    },
  };

  /** A collector that reads no more holds nobody up. */
  function rest(last: Socket): Promise<void> {
    return new Promise((resolve) => {
      const limit = clock.after(CLOSE_MS, () => {
        if (queue.length > 0) losses.add(queue.length);
        last.destroy();
      });
      last.on('close', () => {
        limit.cancel();
        resolve();
      });
      for (const packet of queue.splice(0)) last.write(packet);
      last.end(() => {
        last.destroy();
      });
    });
  }
}
