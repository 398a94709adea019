import type { Timing } from '../../transaction/types.ts';

/** How a subscription that the notifier ended goes on. */
export type Renewal =
  | { readonly kind: 'over' }
  /** A new SUBSCRIBE, with a new dialog, after this many seconds. */
  | { readonly kind: 'again'; readonly afterSec: number };

/** Wait after `probation` when the notifier names none. */
const PROBATION_SEC = 60;

type Rule = (retryAfterSec: number | undefined) => Renewal;

const again = (afterSec: number): Renewal => ({ kind: 'again', afterSec });
const over: Renewal = { kind: 'over' };

/** What each reason of a terminated subscription asks for. @rfc 6665 §4.1.3 */
const RULES: ReadonlyMap<string, Rule> = new Map<string, Rule>([
  ['deactivated', () => again(0)],
  ['probation', (retryAfterSec) => again(retryAfterSec ?? PROBATION_SEC)],
  ['rejected', () => over],
  ['timeout', () => again(0)],
  ['giveup', (retryAfterSec) => (retryAfterSec === undefined ? over : again(retryAfterSec))],
  ['noresource', () => over],
  ['invariant', () => over],
]);

/** An unknown reason, or none, is tried again when the notifier says after which time. @rfc 6665 §4.1.3 */
export function renewalOf(reason: string | undefined, retryAfterSec: number | undefined): Renewal {
  const rule = RULES.get(reason ?? '');
  if (rule !== undefined) return rule(retryAfterSec);
  return retryAfterSec === undefined ? over : again(retryAfterSec);
}

/** A subscription that ends again and again within this time is renewed with growing waits. */
export const SHORT_LIFE_MS = 60_000;
const MAX_BACKOFF_SEC = 300;

/** Extra wait before the n-th renewal in a row of a short-lived subscription, in seconds. */
export function backoffSec(shortLives: number): number {
  return shortLives <= 1 ? 0 : Math.min(2 ** (shortLives - 1), MAX_BACKOFF_SEC);
}

/**
 * When to refresh something that expires: early enough that a request that nobody answers, and another one, still come in time, where the
 * duration allows it; else half-way.
 * @param durationSec - more than 0.
 */
export function refreshDelayMs(durationSec: number, { t1Ms }: Timing): number {
  const durationMs = durationSec * 1000;
  return Math.max(durationMs / 2, durationMs - 2 * 64 * t1Ms);
}
