import type { Clock } from '../../../stack/core/clock.ts';
import type { Logger } from '../../../stack/core/logger.ts';
import type { CaptureSink } from '../../../stack/transport/capture.ts';
import { localHostFor } from '../../services/traffic/pcapng/local-host.ts';
import { encodeHep, type HepAgent, MAX_HEP_PAYLOAD } from './encode.ts';
import { createLosses } from './losses.ts';
import { tcpWire } from './tcp-wire.ts';
import { udpWire } from './udp-wire.ts';

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
/** Peers whose address of ours is remembered: the interfaces of the machine are not asked about each message. */
const MOST_PEERS = 4096;

/** Mirrors messages with HEP3. A collector that is away costs messages there, never here. */
export function createHepMirror({ collector, agentName, clock, log }: HepMirrorOptions): HepMirror {
  const [, scheme = 'udp', host = '', port = ''] = /^(?:(udp|tcp):\/\/)?(.*):(\d+)$/.exec(collector) ?? [];
  const target = { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
  const losses = createLosses(clock, log, collector);
  const wire = scheme === 'tcp' ? tcpWire(target, clock, losses) : udpWire(target, losses);
  const agent: HepAgent = { id: AGENT_ID, name: agentName, localHostFor: remembered(localHostFor) };
  return {
    sink: (message) => {
      if (message.bytes.length > MAX_HEP_PAYLOAD) losses.add();
      else wire.send(encodeHep(message, agent));
    },
    close: async () => {
      await wire.close();
      losses.close();
    },
  };
}

function remembered(find: (remoteHost: string) => string): (remoteHost: string) => string {
  const known = new Map<string, string>();
  return (remoteHost) => {
    const before = known.get(remoteHost);
    if (before !== undefined) return before;
    if (known.size >= MOST_PEERS) known.clear();
    const found = find(remoteHost);
    known.set(remoteHost, found);
    return found;
  };
}
