import { DEFAULT_LIMITS } from '../../../stack/core/limits.ts';
import type { Address, Protocol } from '../../../stack/core/address.ts';
import { silentLogger } from '../../../stack/core/logger.ts';
import { createIds } from '../../../stack/core/seeded-ids.ts';
import { createMemoryLocations } from '../../../stack/registrar/memory-locations.ts';
import type { AgentLab } from '../../../stack/testing/agent-lab.ts';
import type { CaptureSink } from '../../../stack/transport/capture.ts';
import { faulty } from '../../../stack/transport/faulty.ts';
import { tapped } from '../../../stack/transport/tapped.ts';
import type { Transport } from '../../../stack/transport/transport.ts';
import { createResolver } from '../../../stack/resolver/rfc3263.ts';
import type { ServerConfig } from '../../contract/server-config.ts';
import { NO_USERS } from '../users.ts';
import { createServing, type Serving, type ServingMeans } from '../serving.ts';
import { noted } from '../state/lookups.ts';

export interface InLab {
  /** What a start would have read from files: users, session descriptions. */
  readonly means?: Partial<ServingMeans>;
  readonly listeners: readonly { readonly protocol: Protocol; readonly address: Address }[];
  /** Of its identifiers. */
  readonly seed: string;
  /** Takes what crosses its wires. */
  readonly sink: CaptureSink;
}

/** A server that listens on a network in memory. */
export interface LabServer {
  readonly serving: Serving;
  readonly transports: readonly Transport[];
  readonly resolver: ReturnType<typeof noted>;
  /** Ends what is open; over when the clock has gone on. */
  stop(): Promise<void>;
}

/** Starts a server of a configuration on the network of a lab, in its time. @throws TransportError */
export function serveInLab(
  { clock, network }: Pick<AgentLab, 'clock' | 'network'>,
  config: ServerConfig,
  { means = {}, listeners, seed, sink }: InLab,
): LabServer {
  const bound = listeners.map(({ protocol, address }) => network.bind(protocol, address));
  const ids = createIds(seed);
  const store = createMemoryLocations({ clock });
  const dns = { query: () => Promise.resolve({ kind: 'none' } as const) };
  const resolver = noted(createResolver({ dns, clock, ids }), clock);
  const serving = createServing(config, {
    clock,
    ids,
    log: silentLogger,
    store,
    onLimit: () => undefined,
    limits: DEFAULT_LIMITS,
    users: NO_USERS,
    sdpProfile: 'audio-only',
    agent: { resolver },
    ...means,
  });
  const transports = bound.map((transport) =>
    faulty(tapped(transport, clock, sink), serving.misdeeds.faults, clock),
  );
  for (const transport of transports) serving.agent.addTransport(transport);
  return {
    serving,
    transports,
    resolver,
    stop: async () => {
      await serving.agent.stop(0);
      serving.dispose();
      store.dispose();
      await Promise.all(transports.map((transport) => transport.close()));
    },
  };
}
