import type { Clock, Timer } from '../core/clock.ts';
import { Emitter, type Disposable, type Unsubscribe } from '../core/emitter.ts';
import {
  byPreference,
  eventsOf,
  type BindingUpdate,
  type LocationChange,
  type LocationCount,
  type LocationStore,
  type Registered,
  type RemovalReason,
  type StoredBinding,
} from './location-store.ts';

/** The bindings of one address of record. */
interface Entry {
  readonly aor: string;
  /** Best first; some may have expired since. */
  bindings: readonly StoredBinding[];
  /** The wall-clock second whose bucket holds this entry, and its place there. */
  dueSec: number;
  slot: number;
}

const NO_BINDINGS: readonly StoredBinding[] = [];

/** A location store in memory. Holds one timer while there are bindings, none when there are none. */
export interface MemoryLocations extends LocationStore, Disposable {
  /** Forgets everything without an event. */
  dispose(): void;
}

/** @returns an empty store. Expiry takes one timer for all bindings, and costs as much as there is to expire. */
export function createMemoryLocations(options: { readonly clock: Clock }): MemoryLocations {
  return new LocationsInMemory(options.clock);
}

class LocationsInMemory implements MemoryLocations {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();
  /** Entries by the second in which they are looked at next. A refresh leaves an entry where it is: it moves on when its second has come. */
  readonly #buckets = new Map<number, Entry[]>();
  readonly #changed = new Emitter<LocationChange>();
  #timer: Timer | undefined;
  #timerSec = Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  bindings(aor: string): Promise<readonly StoredBinding[]> {
    return Promise.resolve(this.#live(this.#entries.get(aor), this.#clock.wallMs()));
  }

  update<R>(aor: string, decide: (live: readonly StoredBinding[], wallMs: number) => BindingUpdate<R>): R {
    const wallMs = this.#clock.wallMs();
    let entry = this.#entries.get(aor);
    if (entry !== undefined && this.#expire(entry, wallMs)) entry = this.#entries.get(aor);
    const live = entry?.bindings ?? NO_BINDINGS;
    const { bindings, removal, result } = decide(live, wallMs);
    if (bindings !== undefined) this.#replace(aor, entry, bindings, removal ?? 'unregistered');
    return result;
  }

  async *all(): AsyncIterable<Registered> {
    for (const entry of this.#entries.values()) {
      const bindings = this.#live(entry, this.#clock.wallMs());
      if (bindings.length > 0) yield { aor: entry.aor, bindings };
      // Whoever reads slowly does not hold up others.
      await Promise.resolve();
    }
  }

  count(): Promise<LocationCount> {
    let bindings = 0;
    for (const entry of this.#entries.values()) bindings += entry.bindings.length;
    return Promise.resolve({ aors: this.#entries.size, bindings });
  }

  onChange(listener: (change: LocationChange) => void): Unsubscribe {
    return this.#changed.on(listener);
  }

  dispose(): void {
    this.#entries.clear();
    this.#buckets.clear();
    this.#arm(Infinity);
  }

  #live(entry: Entry | undefined, wallMs: number): readonly StoredBinding[] {
    if (entry === undefined) return NO_BINDINGS;
    const { bindings } = entry;
    return bindings.every((b) => b.expiresAtMs > wallMs)
      ? bindings
      : bindings.filter((b) => b.expiresAtMs > wallMs);
  }

  /** Takes out what has expired; false when there is nothing to take out. */
  #expire(entry: Entry, wallMs: number): boolean {
    const live = this.#live(entry, wallMs);
    if (live === entry.bindings) return false;
    this.#replace(entry.aor, entry, live, 'expired');
    return true;
  }

  #replace(
    aor: string,
    known: Entry | undefined,
    next: readonly StoredBinding[],
    removal: RemovalReason,
  ): void {
    const bindings = next.length > 1 ? [...next].sort(byPreference) : next;
    const before = known?.bindings ?? NO_BINDINGS;
    if (bindings.length > 0) this.#watch(this.#keep(aor, known, bindings));
    else if (known !== undefined) {
      this.#unwatch(known);
      this.#entries.delete(aor);
      if (this.#entries.size === 0) this.#arm(Infinity);
    }
    if (this.#changed.listenerCount === 0) return;
    const events = eventsOf(before, bindings, removal);
    if (events.length > 0) this.#changed.emit({ aor, events, bindings });
  }

  #keep(aor: string, known: Entry | undefined, bindings: readonly StoredBinding[]): Entry {
    if (known !== undefined) {
      known.bindings = bindings;
      return known;
    }
    // The binding's own text, which holds on to no message.
    const entry: Entry = { aor: bindings[0]?.aor ?? aor, bindings, dueSec: Infinity, slot: 0 };
    this.#entries.set(entry.aor, entry);
    return entry;
  }

  /** Notes when to look at the entry, unless that is soon enough already. */
  #watch(entry: Entry): void {
    const sec = firstExpirySec(entry.bindings);
    if (sec >= entry.dueSec) return;
    this.#unwatch(entry);
    entry.dueSec = sec;
    const bucket = this.#buckets.get(sec);
    entry.slot = bucket === undefined ? 0 : bucket.length;
    if (bucket === undefined) this.#buckets.set(sec, [entry]);
    else bucket.push(entry);
    if (sec < this.#timerSec) this.#arm(sec);
  }

  #unwatch(entry: Entry): void {
    const bucket = this.#buckets.get(entry.dueSec);
    const last = bucket?.pop();
    if (bucket === undefined || last === undefined) return;
    if (last !== entry) {
      bucket[entry.slot] = last;
      last.slot = entry.slot;
    } else if (bucket.length === 0) this.#buckets.delete(entry.dueSec);
    entry.dueSec = Infinity;
  }

  #arm(sec: number): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#timerSec = sec;
    if (sec === Infinity) return;
    this.#timer = this.#clock.after(sec * 1000 - this.#clock.wallMs(), () => {
      this.#sweep();
    });
  }

  /** Serves the buckets that are due; entries that were refreshed move on to the bucket of their new end. */
  #sweep(): void {
    const wallMs = this.#clock.wallMs();
    this.#timerSec = Infinity;
    this.#timer = undefined;
    for (const [sec, bucket] of this.#buckets) {
      if (sec * 1000 > wallMs) continue;
      this.#buckets.delete(sec);
      for (const entry of bucket) {
        entry.dueSec = Infinity;
        if (!this.#expire(entry, wallMs)) this.#watch(entry);
      }
    }
    let next = Infinity;
    for (const sec of this.#buckets.keys()) next = Math.min(next, sec);
    if (next < this.#timerSec) this.#arm(next);
  }
}

/** The first whole second at which one of the bindings is over. */
function firstExpirySec(bindings: readonly StoredBinding[]): number {
  let first = Infinity;
  for (const { expiresAtMs } of bindings) first = Math.min(first, expiresAtMs);
  return Math.ceil(first / 1000);
}
