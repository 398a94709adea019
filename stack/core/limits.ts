import type { Address } from './address.ts';

/** Names of the limits an operator can set; each refusal tells which one it was. */
export type LimitName =
  | 'datagram-size'
  | 'header-block'
  | 'header-count'
  | 'body-size'
  | 'param-count'
  | 'via-count'
  | 'route-count'
  | 'connections'
  | 'connections-per-source'
  | 'first-message-time'
  | 'idle-time'
  | 'server-transactions'
  | 'client-transactions'
  | 'dialogs'
  | 'subscriptions'
  | 'publications'
  | 'bindings-per-aor'
  | 'packet-rate'
  | 'register-rate'
  | 'invite-rate'
  | 'auth-failure-rate';

/** One refusal because of a limit. */
export interface LimitHit {
  readonly limit: LimitName;
  /** Whose message or connection was refused, where one peer caused it. */
  readonly source?: Address | undefined;
  /** `Clock.now()`. */
  readonly atMs: number;
}

/** Hears of each refusal; counting and showing is up to the listener. */
export type OnLimit = (hit: LimitHit) => void;

/** What a source may send within a second, and how much of it at once. */
export interface Rate {
  readonly perSec: number;
  readonly burst: number;
}

/** Every limit of a node, in one place. */
export interface Limits {
  readonly datagramBytes: number;
  readonly headerBlockBytes: number;
  readonly headers: number;
  readonly bodyBytes: number;
  readonly params: number;
  readonly vias: number;
  readonly routes: number;
  /** Accepted by one listener. */
  readonly connections: number;
  readonly connectionsPerSource: number;
  readonly firstMessageMs: number;
  readonly idleMs: number;
  readonly serverTransactions: number;
  readonly clientTransactions: number;
  readonly dialogs: number;
  readonly subscriptions: number;
  readonly bindingsPerAor: number;
  /** Per source address; loopback addresses are exempt from the rates. Messages of any kind. */
  readonly packetRate: Rate;
  readonly registerRate: Rate;
  readonly inviteRate: Rate;
  readonly authFailureRate: Rate;
}

export const DEFAULT_LIMITS: Limits = {
  datagramBytes: 65_535,
  headerBlockBytes: 65_536,
  headers: 256,
  bodyBytes: 10 * 1024 * 1024,
  params: 64,
  vias: 70,
  routes: 50,
  connections: 1024,
  connectionsPerSource: 64,
  firstMessageMs: 60_000,
  idleMs: 30 * 60_000,
  serverTransactions: 10_000,
  clientTransactions: 10_000,
  dialogs: 10_000,
  subscriptions: 10_000,
  bindingsPerAor: 20,
  packetRate: { perSec: 2000, burst: 4000 },
  registerRate: { perSec: 50, burst: 200 },
  inviteRate: { perSec: 100, burst: 400 },
  authFailureRate: { perSec: 1, burst: 20 },
};

/** What no setting can raise. */
export const MAX_BODY_BYTES = 64 * 1024 * 1024;
