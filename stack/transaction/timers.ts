import type { Timing } from './types.ts';

/** What a timer is for; a transaction runs at most one of each kind at a time. */
export type TimerKind = 'resend' | 'give-up' | 'linger';

export interface TimerRule {
  readonly kind: TimerKind;
  /** First delay in ms; on a reliable transport undefined means the timer is off. */
  readonly firstMs: (timing: Timing, isReliable: boolean) => number | undefined;
  /** Delay of a restart in ms after one of `lastMs`. */
  readonly nextMs: (timing: Timing, lastMs: number) => number;
  readonly rfc: string;
}

/** Timer D must outlast a server whose T1 we do not know. @rfc 3261 §17.1.1.2 */
const LEAST_TIMER_D_MS = 32_000;

/** @rfc 3261 §17.2.1 */
const TRYING_AFTER_MS = 200;

const longest = (timing: Timing): number => 64 * timing.t1Ms;
const unreliableOnly = (timing: Timing, isReliable: boolean): number | undefined =>
  isReliable ? undefined : timing.t1Ms;
const twice = (_: Timing, lastMs: number): number => 2 * lastMs;
const twiceUpToT2 = (timing: Timing, lastMs: number): number => Math.min(2 * lastMs, timing.t2Ms);
const again = (_: Timing, lastMs: number): number => lastMs;
const zeroIfReliable =
  (delayMs: (timing: Timing) => number) =>
  (timing: Timing, isReliable: boolean): number =>
    isReliable ? 0 : delayMs(timing);

/** The timers under their RFC names: RFC 3261 table 4, RFC 6026 (L, M), and the two that send a 100 by themselves. */
export const TIMERS = {
  a: { kind: 'resend', firstMs: unreliableOnly, nextMs: twice, rfc: 'RFC 3261 §17.1.1.2' },
  b: { kind: 'give-up', firstMs: longest, nextMs: again, rfc: 'RFC 3261 §17.1.1.2' },
  d: {
    kind: 'linger',
    firstMs: zeroIfReliable((t) => Math.max(longest(t), LEAST_TIMER_D_MS)),
    nextMs: again,
    rfc: 'RFC 3261 §17.1.1.2',
  },
  e: { kind: 'resend', firstMs: unreliableOnly, nextMs: twiceUpToT2, rfc: 'RFC 3261 §17.1.2.2' },
  f: { kind: 'give-up', firstMs: longest, nextMs: again, rfc: 'RFC 3261 §17.1.2.2' },
  g: { kind: 'resend', firstMs: unreliableOnly, nextMs: twiceUpToT2, rfc: 'RFC 3261 §17.2.1' },
  h: { kind: 'give-up', firstMs: longest, nextMs: again, rfc: 'RFC 3261 §17.2.1' },
  i: { kind: 'linger', firstMs: zeroIfReliable((t) => t.t4Ms), nextMs: again, rfc: 'RFC 3261 §17.2.1' },
  j: { kind: 'linger', firstMs: zeroIfReliable(longest), nextMs: again, rfc: 'RFC 3261 §17.2.2' },
  k: { kind: 'linger', firstMs: zeroIfReliable((t) => t.t4Ms), nextMs: again, rfc: 'RFC 3261 §17.1.2.2' },
  l: { kind: 'linger', firstMs: longest, nextMs: again, rfc: 'RFC 6026 §7.1' },
  m: { kind: 'linger', firstMs: longest, nextMs: again, rfc: 'RFC 6026 §7.2' },
  '100': { kind: 'resend', firstMs: () => TRYING_AFTER_MS, nextMs: again, rfc: 'RFC 3261 §17.2.1' },
  'late-100': { kind: 'resend', firstMs: timerEReachesT2, nextMs: again, rfc: 'RFC 4320 §4.1' },
} as const satisfies Record<string, TimerRule>;

export type TimerName = keyof typeof TIMERS;

/** Time from the start of a non-INVITE client transaction until its timer E is set to T2: 3.5 s with the RFC's values. @rfc 4320 §4.1 */
export function timerEReachesT2(timing: Timing): number {
  let atMs = 0;
  for (let delayMs = timing.t1Ms; delayMs < timing.t2Ms; delayMs *= 2) atMs += delayMs;
  return Math.max(atMs, timing.t1Ms);
}
