import { randomBytes } from 'node:crypto';
import { openSharedLocations } from '../../../stack/registrar/shared/shared-locations.ts';
import type { StoreDriver } from '../../../stack/registrar/shared/store-driver.ts';
import { NodeStartError } from '../node-start-error.ts';
import type { LocationsEnvironment, OpenedLocations } from './locations-opener.ts';

const SECRET_OCTETS = 32;

/** Opens the store that a driver leads to. @throws NodeStartError code 'store-unavailable'. */
export async function openShared(
  driver: StoreDriver,
  { clock, log }: LocationsEnvironment,
): Promise<OpenedLocations> {
  try {
    const store = await openSharedLocations({
      driver,
      clock,
      log,
      // Never repeated, also in a run that repeats its ids: two processes must not take each other's connections for their own.
      self: randomBytes(9).toString('base64url'),
    });
    const own = randomBytes(SECRET_OCTETS).toString('base64url');
    const secret = await store.secret(own).catch((error: unknown) => {
      log.warn('the location store keeps no secret, so GRUUs of other servers on it mean nothing here', {
        reason: String(error),
      });
      return own;
    });
    return {
      store,
      secret,
      health: () => store.health,
      close: () => {
        store.dispose();
      },
    };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new NodeStartError(
      'store-unavailable',
      `${driver.name} cannot be used as the location store: ${reason.replace(/\.$/, '')}.`,
      'Start it, or check its address, user and password.',
      undefined,
      { cause },
    );
  }
}
