import { createIds } from '../../stack/core/seeded-ids.ts';
import { DEFAULT_LIMITS } from '../../stack/core/limits.ts';
import { silentLogger } from '../../stack/core/logger.ts';
import { createSystemClock } from '../../stack/core/node/system-clock.ts';
import { createMemoryLocations } from '../../stack/registrar/memory-locations.ts';
import type { ServerConfig } from '../contract/server-config.ts';
import { unreadProfile } from './sdp-profile.ts';
import { createServing } from './serving.ts';
import { NO_USERS } from './users.ts';

/** What a server of this configuration does, one sentence a handler: it is built without listeners, asked, and taken apart. */
export function explainConfig(config: ServerConfig): readonly string[] {
  const clock = createSystemClock();
  const store = createMemoryLocations({ clock });
  const serving = createServing(config, {
    clock,
    ids: createIds('explain'),
    log: silentLogger,
    store,
    onLimit: () => undefined,
    limits: DEFAULT_LIMITS,
    users: NO_USERS,
    sdpProfile: unreadProfile(config.sdpProfile),
  });
  const sentences = serving.explain();
  serving.dispose();
  store.dispose();
  clock.dispose();
  return sentences;
}
