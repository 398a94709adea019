import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Disposable } from '../../../stack/core/emitter.ts';

const RESOLUTION_MS = 10;

/** Watches how late the event loop of this thread is. */
export interface LoopLag extends Disposable {
  /** Longest delay since the last question, in milliseconds. */
  takeMs(): number;
}

export function watchLoopLag(): LoopLag {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  return {
    takeMs: () => {
      // The histogram counts the interval itself as delay.
      const lagMs = histogram.count === 0 ? 0 : Math.max(0, histogram.max / 1e6 - RESOLUTION_MS);
      histogram.reset();
      return lagMs;
    },
    dispose: () => {
      histogram.disable();
    },
  };
}
