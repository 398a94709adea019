import type { Clock } from '../../core/clock.ts';
import type { Item } from '../event-package.ts';

/** Long enough for every watcher to be told: the longest time a NOTIFY may be out. */
const LINGER_MS = 32_000;
/** More of one resource are forgotten sooner. */
const MAX_DEPARTED = 100;

/** Items that are over, kept for a while so that watchers hear of their end. */
export class Departed<T extends Item> {
  readonly #clock: Clock;
  readonly #byResource = new Map<string, { readonly item: T; readonly atMs: number }[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(resource: string, item: T): void {
    const atMs = this.#clock.now();
    // Resources nobody asks for any more must not pile up.
    for (const [name, entries] of this.#byResource)
      if (entries.every((entry) => atMs - entry.atMs >= LINGER_MS)) this.#byResource.delete(name);
      else break;
    const entries = this.#byResource.get(resource) ?? [];
    entries.push({ item, atMs });
    if (entries.length > MAX_DEPARTED) entries.shift();
    this.#byResource.set(resource, entries);
  }

  of(resource: string): readonly T[] {
    const nowMs = this.#clock.now();
    const entries = this.#byResource.get(resource) ?? [];
    return entries.filter(({ atMs }) => nowMs - atMs < LINGER_MS).map(({ item }) => item);
  }
}
