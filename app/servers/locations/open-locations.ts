import { withoutPassword } from '../../contract/server-config/location-url.ts';
import { NodeStartError } from '../node-start-error.ts';
import type { LocationsEnvironment, LocationsOpener, OpenedLocations } from './locations-opener.ts';
import { openMemory } from './memory.ts';
import { openPostgres } from './postgres-locations.ts';
import { openRedis } from './redis-locations.ts';

/** A kind of store is a line here; `postgresql` and `rediss` are the other names that their own tools know. */
const OPENERS: ReadonlyMap<string, LocationsOpener> = new Map(
  Object.entries({
    memory: openMemory,
    redis: openRedis,
    rediss: openRedis,
    postgres: openPostgres,
    postgresql: openPostgres,
  }),
);

const FORMS =
  'memory, redis://[USER:PASSWORD@]HOST[:PORT][/DB] or postgres://USER:PASSWORD@HOST[:PORT]/DATABASE';

/**
 * Opens the store of bindings that a configuration names.
 * @param url - `memory`, or the address of a database.
 * @throws NodeStartError code 'invalid-config' for an address that is none, or a package that is not installed; 'store-unavailable' for a
 *   database that does not let us in.
 */
export function openLocations(url: string, env: LocationsEnvironment): Promise<OpenedLocations> {
  const text = url === 'memory' ? 'memory:' : url;
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  const open = parsed === undefined ? undefined : OPENERS.get(parsed.protocol.slice(0, -1));
  if (parsed === undefined || open === undefined)
    return Promise.reject(
      new NodeStartError(
        'invalid-config',
        `The location store "${withoutPassword(url)}" is none that is known.`,
        `Give ${FORMS}.`,
      ),
    );
  return open(parsed, env);
}
