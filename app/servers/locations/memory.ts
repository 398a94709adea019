import { createMemoryLocations } from '../../../stack/registrar/memory-locations.ts';
import type { LocationsOpener } from './locations-opener.ts';

/** Bindings in memory: of one process, and gone with it. */
export const openMemory: LocationsOpener = (_, { clock }) => {
  const store = createMemoryLocations({ clock });
  return Promise.resolve({
    store,
    secret: undefined,
    health: () => ({ isHealthy: true }),
    close: () => {
      store.dispose();
    },
  });
};
