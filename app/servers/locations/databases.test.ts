import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../stack/core/logger.ts';
import { databaseWorld } from '../../../stack/interop/node/database-world.ts';
import { describeOnEachDatabase } from '../../../stack/interop/node/each-database.ts';
import { describeLocationStore } from '../../../stack/testing/location-store-conformance.ts';
import { openLocations } from './open-locations.ts';

const LIMIT_MS = 120_000;

describeOnEachDatabase('locations', (database) => {
  describeLocationStore(
    'a store',
    () => databaseWorld((clock) => openLocations(database().url, { clock, log: silentLogger })),
    {
      describe,
      it: (name, body) => {
        it(name, { timeout: LIMIT_MS }, body);
      },
      expect,
    },
    true,
  );
});
