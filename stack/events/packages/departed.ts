import type { Clock } from '../../core/clock.ts';
import type { Item } from '../event-package.ts';

/** Long enough for every watcher to be told: the longest time a NOTIFY may be out. */
const LINGER_MS = 32_000;
/** More of one resource are forgotten sooner. */
const MAX_DEPARTED = 100;

interface Departure<T> {
  readonly item: T;
  readonly atMs: number;
}

/** Items that are over, kept for a while so that watchers hear of their end. */
export class Departed<T extends Item> {
  readonly #clock: Clock;
  readonly #byResource = new Map<string, Departure<T>[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(resource: string, item: T): void {
    const entries = this.#fresh(resource);
    if (entries.push({ item, atMs: this.#clock.now() }) > MAX_DEPARTED) entries.shift();
    // The map is in the order of the latest departure, so that what nobody asks for any more is found at its front.
    this.#byResource.delete(resource);
    for (const name of this.#byResource.keys()) {
      if (this.#fresh(name).length > 0) break;
      this.#byResource.delete(name);
    }
    this.#byResource.set(resource, entries);
  }

  of(resource: string): readonly T[] {
    return this.#fresh(resource).map(({ item }) => item);
  }

  /** Those of a resource that are not over for too long; the others are forgotten. */
  #fresh(resource: string): Departure<T>[] {
    const entries = this.#byResource.get(resource) ?? [];
    const sinceMs = this.#clock.now() - LINGER_MS;
    while (entries[0] !== undefined && entries[0].atMs <= sinceMs) entries.shift();
    return entries;
  }
}
