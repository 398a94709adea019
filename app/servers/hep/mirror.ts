import { createSocket } from 'node:dgram';
import { connect, type Socket } from 'node:net';
import type { Clock, Timer } from '../../../stack/core/clock.ts';
import type { Logger } from '../../../stack/core/logger.ts';
import type { CaptureSink } from '../../../stack/transport/capture.ts';
import { encodeHep, MAX_HEP_PAYLOAD } from './encode.ts';

/** Sends what is captured to a collector. */
export interface HepMirror {
  readonly sink: CaptureSink;
  /** Resolves when what was given to it is sent, or its collector is gone. */
  close(): Promise<void>;
}

export interface HepMirrorOptions {
  /** `[udp://|tcp://]HOST:PORT`, checked. */
  readonly collector: string;
  readonly agentName: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Capture agent id of this product; 2001 and 2002 are what other agents use when nobody says. */
const AGENT_ID = 2003;
const RECONNECT_MS = 2000;
/** What a TCP collector may take to read the rest when its mirror is closed. */
const CLOSE_MS = 1000;
/** Octets that wait for a slow or absent TCP collector; past them messages are lost, and counted. */
const MAX_WAITING_BYTES = 8 * 1024 * 1024;
const LOG_EVERY_MS = 10_000;

/** Mirrors messages with HEP3. A collector that is away costs messages there, never here. */
export function createHepMirror(options: HepMirrorOptions): HepMirror {
  const [, scheme = 'udp', host = '', port = ''] =
    /^(?:(udp|tcp):\/\/)?(.*):(\d+)$/.exec(options.collector) ?? [];
  const target = { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
  const wire = scheme === 'tcp' ? tcpWire(target, options) : udpWire(target, options);
  const agent = { id: AGENT_ID, name: options.agentName };
  return {
    sink: (message) => {
      if (message.bytes.length > MAX_HEP_PAYLOAD) wire.lost();
      else wire.send(encodeHep(message, agent));
    },
    close: () => wire.close(),
  };
}

interface Target {
  readonly host: string;
  readonly port: number;
}

interface Wire {
  send(packet: Buffer): void;
  lost(): void;
  close(): Promise<void>;
}

/** Says that messages are lost, few lines however many they are. */
function lossLog({ clock, log, collector }: HepMirrorOptions): () => void {
  let messages = 0;
  let saidAtMs: number | undefined;
  return () => {
    messages++;
    if (saidAtMs !== undefined && clock.now() - saidAtMs < LOG_EVERY_MS) return;
    saidAtMs = clock.now();
    log.warn('messages for the HEP collector are lost', { collector, messages });
  };
}

function udpWire({ host, port }: Target, options: HepMirrorOptions): Wire {
  const lost = lossLog(options);
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  socket.on('error', lost);
  socket.unref();
  let isClosed = false;
  let underWay = 0;
  let onDrained: (() => void) | undefined;
  return {
    lost,
    send: (packet) => {
      if (isClosed) return;
      underWay++;
      socket.send(packet, port, host, (error) => {
        underWay--;
        if (error !== null) lost();
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

function tcpWire(target: Target, options: HepMirrorOptions): Wire {
  const { clock } = options;
  const lost = lossLog(options);
  let socket: Socket | undefined;
  let isOpen = false;
  let isClosed = false;
  let retry: Timer | undefined;
  let waiting: Buffer[] = [];
  let waitingBytes = 0;

  const open = (): void => {
    const made = connect(target);
    socket = made;
    made.on('connect', () => {
      isOpen = true;
      for (const packet of waiting) made.write(packet);
      waiting = [];
      waitingBytes = 0;
    });
    // The end of the connection says what there is to say.
    made.on('error', () => undefined);
    made.on('close', () => {
      isOpen = false;
      if (!isClosed) retry = clock.after(RECONNECT_MS, open);
    });
  };
  open();
  return {
    lost,
    send: (packet) => {
      if (isClosed) return;
      if (isOpen && socket !== undefined && socket.writableLength < MAX_WAITING_BYTES) socket.write(packet);
      else if (waitingBytes + packet.length > MAX_WAITING_BYTES) lost();
      else {
        waiting.push(packet);
        waitingBytes += packet.length;
      }
    },
    close: async () => {
      if (isClosed) return;
      isClosed = true;
      retry?.cancel();
      const last = socket;
      if (last === undefined || !isOpen) {
        last?.destroy();
        return;
      }
      await new Promise<void>((resolve) => {
        // A collector that reads no more holds nobody up.
        const limit = clock.after(CLOSE_MS, () => {
          last.destroy();
        });
        last.on('close', () => {
          limit.cancel();
          resolve();
        });
        last.end(() => {
          last.destroy();
        });
      });
    },
  };
}
