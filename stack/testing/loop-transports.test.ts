import { describe, expect, it } from 'vitest';
import type { Protocol } from '../core/address.ts';
import { createIds } from '../core/seeded-ids.ts';
import { LoopNetwork } from './loop-network.ts';
import { ManualClock } from './manual-clock.ts';
import type { TransportWorld } from './conformance/bench.ts';
import { describeTransport } from './transport-conformance.ts';

/** Far more than any case needs: nothing here takes longer than a linger of 1 s. */
const PATIENCE_MS = 5000;

function makeWorld(protocol: Protocol, host: string, otherHost: string): TransportWorld {
  const clock = new ManualClock();
  const network = new LoopNetwork({ clock, ids: createIds('conformance') });
  network.impair({ delayMs: 3 });
  return {
    clock,
    host,
    otherHost,
    bind: async (port) => {
      await clock.settle();
      return network.bind(protocol, { host, port });
    },
    until: async (condition) => {
      for (let waitedMs = 0; !condition(); waitedMs++) {
        if (waitedMs === PATIENCE_MS) throw new Error(`still not after ${PATIENCE_MS} ms`);
        await clock.advanceAsync(1);
      }
    },
    leaks: () => {
      const counts = {
        timers: clock.pending,
        transports: network.openTransports,
        connections: network.openConnections,
      };
      return Object.entries(counts).flatMap(([what, count]) => (count > 0 ? [`${count} ${what}`] : []));
    },
  };
}

for (const protocol of ['udp', 'tcp', 'tls', 'ws', 'wss'] as const) {
  for (const [host, otherHost] of [
    ['192.0.2.1', '2001:db8::1'],
    ['2001:db8::1', '192.0.2.1'],
  ] as const) {
    const make = (): Promise<TransportWorld> => Promise.resolve(makeWorld(protocol, host, otherHost));
    describeTransport(`loop ${protocol} ${host}`, make, { describe, it, expect });
  }
}
