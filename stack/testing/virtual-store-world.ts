import type { Clock } from '../core/clock.ts';
import type { Disposable } from '../core/emitter.ts';
import type { LocationStore } from '../registrar/location-store.ts';
import type { StoreWorld } from './conformance/store-bench.ts';
import { ManualClock } from './manual-clock.ts';

/** Far more than any case needs. */
const PATIENCE_MS = 30_000;
const STEP_MS = 100;

/** Stores in virtual time. */
export function virtualWorld(
  make: (clock: Clock) => { readonly open: (place: number) => Promise<LocationStore & Disposable> },
): StoreWorld {
  const clock = new ManualClock();
  const { open } = make(clock);
  const opened = new Set<Disposable>();
  return {
    clock,
    open: async () => {
      const store = await open(opened.size);
      opened.add(store);
      return store;
    },
    until: async (condition) => {
      for (let waitedMs = 0; !(await condition()); waitedMs += STEP_MS) {
        if (waitedMs > PATIENCE_MS) throw new Error(`still not after ${PATIENCE_MS} ms`);
        await clock.advanceAsync(STEP_MS);
      }
    },
    close: () => {
      for (const store of opened) store.dispose();
      if (clock.pending > 0) throw new Error(`${clock.pending} timers are left`);
      return Promise.resolve();
    },
  };
}
