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
