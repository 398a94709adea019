import { DEFAULT_LIMITS, type Limits, type Rate } from '../../stack/core/limits.ts';
import type { PoolLimits } from '../../stack/transport/stream-transport.ts';
import { parseLimits, type SettableLimit } from '../contract/server-config/limits.ts';

/** A rate keeps the proportion of its burst. */
const rate = (usual: Rate, perSec: number): Rate => ({
  perSec,
  burst: Math.ceil((usual.burst / usual.perSec) * perSec),
});

/** Where each name of the configuration belongs. */
const SETTERS: Readonly<Record<SettableLimit, (value: number) => Partial<Limits>>> = {
  'datagram-size': (datagramBytes) => ({ datagramBytes }),
  'header-block': (headerBlockBytes) => ({ headerBlockBytes }),
  'header-count': (headers) => ({ headers }),
  'body-size': (bodyBytes) => ({ bodyBytes }),
  'param-count': (params) => ({ params }),
  'via-count': (vias) => ({ vias }),
  'route-count': (routes) => ({ routes }),
  connections: (connections) => ({ connections }),
  'connections-per-source': (connectionsPerSource) => ({ connectionsPerSource }),
  'first-message-time': (firstMessageMs) => ({ firstMessageMs }),
  'idle-time': (idleMs) => ({ idleMs }),
  'server-transactions': (serverTransactions) => ({ serverTransactions }),
  'client-transactions': (clientTransactions) => ({ clientTransactions }),
  dialogs: (dialogs) => ({ dialogs }),
  subscriptions: (subscriptions) => ({ subscriptions }),
  'bindings-per-aor': (bindingsPerAor) => ({ bindingsPerAor }),
  'packet-rate': (perSec) => ({ packetRate: rate(DEFAULT_LIMITS.packetRate, perSec) }),
  'register-rate': (perSec) => ({ registerRate: rate(DEFAULT_LIMITS.registerRate, perSec) }),
  'invite-rate': (perSec) => ({ inviteRate: rate(DEFAULT_LIMITS.inviteRate, perSec) }),
  'auth-failure-rate': (perSec) => ({ authFailureRate: rate(DEFAULT_LIMITS.authFailureRate, perSec) }),
};

/** Every limit of a node: the defaults, and what its configuration says. @param specs - `NAME=NUMBER`, checked. */
export function limitsOf(specs: readonly string[]): Limits {
  let limits = DEFAULT_LIMITS;
  for (const [name, value] of Object.entries(parseLimits(specs)) as [SettableLimit, number][])
    limits = { ...limits, ...SETTERS[name](value) };
  return limits;
}

/** The part of them that listeners for connections keep. */
export function connectionLimits(limits: Limits): Partial<PoolLimits> {
  return {
    headerBytes: limits.headerBlockBytes,
    bodyBytes: limits.bodyBytes,
    acceptedConnections: limits.connections,
    acceptedPerSource: limits.connectionsPerSource,
    messageTimeoutMs: limits.firstMessageMs,
    idleTimeoutMs: limits.idleMs,
  };
}
