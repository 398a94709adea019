import type { Clock } from '../../core/clock.ts';
import { createSystemClock } from '../../core/node/system-clock.ts';
import type { LocationStore } from '../../registrar/location-store.ts';
import type { StoreWorld } from '../../testing/conformance/store-bench.ts';

/** A store that a test has opened. */
interface Opened {
  readonly store: LocationStore;
  readonly close: () => void;
}

/** Far more than any case needs on a busy machine. */
const PATIENCE_MS = 60_000;

/** An empty store in a database, in real time. @param openStore - opens what the database holds. */
export async function databaseWorld(openStore: (clock: Clock) => Promise<Opened>): Promise<StoreWorld> {
  const clock = createSystemClock();
  const opened: Opened[] = [];
  const open = async (): Promise<LocationStore> => {
    const locations = await openStore(clock);
    opened.push(locations);
    return locations.store;
  };
  const close = (): void => {
    for (const locations of opened.splice(0)) locations.close();
  };
  await emptied(await open());
  close();
  return {
    clock,
    open,
    until: async (condition) => {
      const giveUpMs = clock.now() + PATIENCE_MS;
      while (!(await condition())) {
        if (clock.now() > giveUpMs) throw new Error(`still not after ${PATIENCE_MS} ms`);
        await new Promise<void>((resolve) => clock.after(10, resolve));
      }
    },
    close: () => {
      close();
      if (clock.pending > 0) throw new Error(`${clock.pending} timers are left`);
      return Promise.resolve();
    },
  };
}

async function emptied(store: LocationStore): Promise<void> {
  const aors: string[] = [];
  for await (const { aor } of store.all()) aors.push(aor);
  for (const aor of aors) await store.update(aor, () => ({ bindings: [], result: undefined }));
}
