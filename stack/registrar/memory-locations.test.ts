import { describe, expect, it } from 'vitest';
import { describeLocationStore } from '../testing/location-store-conformance.ts';
import { createMemoryLocations } from './memory-locations.ts';
import { virtualWorld } from '../testing/virtual-store-world.ts';

describeLocationStore(
  'memory',
  () =>
    Promise.resolve(
      virtualWorld((clock) => {
        const store = createMemoryLocations({ clock });
        return { open: () => Promise.resolve(store) };
      }),
    ),
  { describe, it, expect },
  false,
);
