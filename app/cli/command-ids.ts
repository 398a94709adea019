import { createRandomIds } from '../../stack/core/node/random-ids.ts';
import type { Ids } from '../../stack/core/ids.ts';
import { createIds } from '../../stack/core/seeded-ids.ts';
import type { CliIo } from './io.ts';

/** Identifiers of a command: seeded by `SIPHON_ID_SEED`, else unpredictable. */
export function commandIds(io: Pick<CliIo, 'env'>): Ids {
  const seed = io.env['SIPHON_ID_SEED'];
  return seed === undefined || seed === '' ? createRandomIds() : createIds(seed);
}
