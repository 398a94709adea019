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
  readonly #byResource = new Map<string, readonly Departure<T>[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(resource: string, item: T): void {
    const atMs = this.#clock.now();
    const entries = [...this.#fresh(resource), { item, atMs }].slice(-MAX_DEPARTED);
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

  #fresh(resource: string): readonly Departure<T>[] {
    const sinceMs = this.#clock.now() - LINGER_MS;
    return (this.#byResource.get(resource) ?? []).filter(({ atMs }) => atMs > sinceMs);
  }
}
