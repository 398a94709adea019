import { formatAddress } from '../../stack/core/address.ts';
import type { LimitHit, LimitName, OnLimit } from '../../stack/core/limits.ts';
import type { Logger } from '../../stack/core/logger.ts';

/** A limit that goes on being hit is logged again after this time, with the count. */
const LOG_EVERY_MS = 10_000;

/** Counts the refusals of a node by limit and logs them, few lines however many there are. */
export class LimitLog {
  readonly #log: Logger;
  readonly #counts = new Map<LimitName, number>();
  readonly #loggedAtMs = new Map<LimitName, number>();

  constructor(log: Logger) {
    this.#log = log;
  }

  /** Refusals so far, by the name of the limit; limits that were never hit are left out. */
  get counts(): Readonly<Partial<Record<LimitName, number>>> {
    return Object.fromEntries(this.#counts);
  }

  readonly onLimit: OnLimit = (hit: LimitHit) => {
    const count = (this.#counts.get(hit.limit) ?? 0) + 1;
    this.#counts.set(hit.limit, count);
    const loggedAtMs = this.#loggedAtMs.get(hit.limit);
    if (loggedAtMs !== undefined && hit.atMs - loggedAtMs < LOG_EVERY_MS) return;
    this.#loggedAtMs.set(hit.limit, hit.atMs);
    const { limit, source } = hit;
    this.#log.warn('limit reached', {
      limit,
      refusals: count,
      ...(source === undefined ? {} : { source: formatAddress(source) }),
    });
  };
}
