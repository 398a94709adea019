import type { Clock } from '../../../stack/core/clock.ts';
import type { Logger } from '../../../stack/core/logger.ts';
import type { LocationStore } from '../../../stack/registrar/location-store.ts';
import type { StoreHealth } from '../../../stack/registrar/shared/store-link.ts';

/** What a store lives on. */
export interface LocationsEnvironment {
  readonly clock: Clock;
  /** Hears when a store goes away and comes back; never a password. */
  readonly log: Logger;
}

/** A store of bindings that is open. */
export interface OpenedLocations {
  readonly store: LocationStore;
  /** What every process on the store has in common, to sign with; undefined for a store of one process. */
  readonly secret: string | undefined;
  /** Whether look-ups and updates work now, and why not: for `/ready`. */
  readonly health: () => StoreHealth;
  /** Gives everything back; what is stored stays. */
  readonly close: () => void;
}

/** Opens a store of one kind. @throws NodeStartError code 'invalid-config' | 'store-unavailable'. */
export type LocationsOpener = (url: URL, env: LocationsEnvironment) => Promise<OpenedLocations>;
