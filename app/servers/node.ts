import { createUserAgent, type UserAgent } from '../../stack/agent/user-agent.ts';
import type { Clock } from '../../stack/core/clock.ts';
import type { Ids } from '../../stack/core/ids.ts';
import { DEFAULT_LIMITS, type LimitName } from '../../stack/core/limits.ts';
import type { Logger } from '../../stack/core/logger.ts';
import { encodeText } from '../../stack/message/octets.ts';
import { parseUri } from '../../stack/message/uri.ts';
import { cachedDns } from '../../stack/resolver/cached-dns.ts';
import { createSystemDns } from '../../stack/resolver/node/system-dns.ts';
import { createResolver } from '../../stack/resolver/rfc3263.ts';
import type { CaptureSink } from '../../stack/transport/capture.ts';
import { tapped } from '../../stack/transport/tapped.ts';
import type { Transport } from '../../stack/transport/transport.ts';
import type { ServerConfig } from '../contract/server-config.ts';
import type { Listener } from '../contract/servers.ts';
import { createAdvertise } from './advertise.ts';
import { LimitLog } from './limit-log.ts';
import { listen } from './listen.ts';
import { explainConfig, handlerFor } from './modes.ts';

export { explainConfig } from './modes.ts';
export { NodeStartError } from './node-start-error.ts';

/** What a node lives on. */
export interface NodeEnvironment {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Logger;
  /** Folder of what a person made; the development CA is kept there. */
  readonly dataDir: string;
  /** Takes every message that crosses a socket of the node. */
  readonly capture?: CaptureSink;
  /** Progress of the start, in words for people: `binding udp 127.0.0.1:5060`. */
  readonly onStep?: (step: string) => void;
}

/** A node that serves. */
export interface RunningNode {
  /** With the real ports. */
  readonly listeners: readonly Listener[];
  /** What it does, one sentence a handler. */
  explain(): readonly string[];
  stats(): NodeFigures;
  /** Refuses new requests, ends calls for at most `graceMs`, closes the sockets. Harmless when called twice. */
  stop(graceMs: number): Promise<void>;
}

interface NodeFigures {
  /** Both directions. */
  readonly messages: number;
  readonly activeCalls: number;
  readonly activeTransactions: number;
  /** What limits refused, by their names. */
  readonly refusals: Readonly<Partial<Record<LimitName, number>>>;
}

/**
 * Starts a node: all of its listeners, or nothing.
 * @throws NodeStartError code 'port-in-use' | 'address-not-available' | 'permission-denied' | 'invalid-config'.
 */
export async function startNode(config: ServerConfig, env: NodeEnvironment): Promise<RunningNode> {
  const limits = new LimitLog(env.log);
  const bound = await listen(config, { ...env, onLimit: limits.onLimit });
  return serve(config, env, bound, limits);
}

function serve(
  config: ServerConfig,
  env: NodeEnvironment,
  bound: readonly Transport[],
  limits: LimitLog,
): RunningNode {
  const { clock, ids, log, capture } = env;
  const agent = createUserAgent({
    clock,
    ids,
    log,
    timing: { t1Ms: config.t1Ms, t2Ms: config.t2Ms, t4Ms: config.t4Ms },
    identity: {
      product: encodeText(config.userAgent),
      contactUser: parseUri(encodeText(config.localUri)).user ?? 'siphon',
    },
    advertise: createAdvertise(),
    rates: DEFAULT_LIMITS,
    onLimit: limits.onLimit,
    resolver: createResolver({ dns: cachedDns(createSystemDns(), clock), clock, ids }),
  });
  agent.serve(handlerFor(config));
  for (const transport of bound) {
    // The tap listens first, so that a request is recorded before its answer.
    if (capture !== undefined) tapped(transport, clock, capture);
    agent.addTransport(transport);
  }
  const listeners = bound.map(({ protocol, local }) => ({ protocol, host: local.host, port: local.port }));
  env.onStep?.('serving');
  let stopping: Promise<void> | undefined;
  return {
    listeners,
    explain: () => explainConfig(config),
    stats: () => {
      const { activeCalls, serverTransactions, clientTransactions } = agent.stats;
      const messages = bound.reduce((sum, transport) => sum + transport.messageCount, 0);
      return {
        messages,
        activeCalls,
        activeTransactions: serverTransactions + clientTransactions,
        refusals: limits.counts,
      };
    },
    stop: (graceMs) => (stopping ??= stop(agent, bound, graceMs)),
  };
}

async function stop(agent: UserAgent, bound: readonly Transport[], graceMs: number): Promise<void> {
  await agent.stop(graceMs);
  await Promise.all(bound.map((transport) => transport.close()));
}
