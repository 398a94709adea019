import { describe, expect, it } from 'vitest';
import { createSystemClock } from '../../core/node/system-clock.ts';
import type { TransportWorld } from '../../testing/conformance/bench.ts';
import { describeTransport } from '../../testing/transport-conformance.ts';
import { bindTcp } from './tcp.ts';
import { bindUdp } from './udp.ts';

const PATIENCE_MS = 4000;

function openSockets(): string[] {
  return process.getActiveResourcesInfo().filter((name) => /TCP|UDP/.test(name));
}

function makeWorld(bind: typeof bindUdp | typeof bindTcp, host: string, otherHost: string): TransportWorld {
  const clock = createSystemClock();
  const before = openSockets().length;
  return {
    clock,
    host,
    otherHost,
    bind: (port) => bind({ host, port }, { clock }),
    until: async (condition) => {
      const endMs = clock.now() + PATIENCE_MS;
      while (!condition()) {
        if (clock.now() > endMs) throw new Error(`still not after ${PATIENCE_MS} ms`);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    leaks: () => [...openSockets().slice(before), ...(clock.pending > 0 ? [`${clock.pending} timers`] : [])],
  };
}

for (const [protocol, bind] of [
  ['udp', bindUdp],
  ['tcp', bindTcp],
] as const) {
  for (const [host, otherHost] of [
    ['127.0.0.1', '::1'],
    ['::1', '127.0.0.1'],
  ] as const) {
    const make = (): Promise<TransportWorld> => Promise.resolve(makeWorld(bind, host, otherHost));
    describeTransport(`socket ${protocol} ${host}`, make, { describe, it, expect });
  }
}
