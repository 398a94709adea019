import type { Clock } from '../../../stack/core/clock.ts';

/** Wall-clock milliseconds of a time on the monotonic clock. */
export function wallOf(clock: Clock, ms: number): number {
  return clock.wallMs() + (ms - clock.now());
}
