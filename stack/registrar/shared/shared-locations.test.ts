import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../core/logger.ts';
import { describeLocationStore } from '../../testing/location-store-conformance.ts';
import { LoopDatabase } from '../../testing/loop-database.ts';
import { virtualWorld } from '../../testing/virtual-store-world.ts';
import { openSharedLocations } from './shared-locations.ts';

for (const [name, maxNoteLength] of [
  ['a database', Infinity],
  ['a database with short announcements', 500],
] as const)
  describeLocationStore(
    name,
    () =>
      Promise.resolve(
        virtualWorld((clock) => {
          const driver = new LoopDatabase({ maxNoteLength });
          return {
            open: (place) =>
              openSharedLocations({ driver, clock, log: silentLogger, self: `process-${place}` }),
          };
        }),
      ),
    { describe, it, expect },
    true,
  );
