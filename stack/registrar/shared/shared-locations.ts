import type { Clock } from '../../core/clock.ts';
import type { Disposable, Unsubscribe } from '../../core/emitter.ts';
import type { Logger } from '../../core/logger.ts';
import {
  LocationStoreError,
  type BindingUpdate,
  type LocationChange,
  type LocationCount,
  type LocationStore,
  type Registered,
  type StoredBinding,
} from '../location-store.ts';
import { formatDocument, keyOf, parseDocument } from './binding-document.ts';
import { formatNote, parseNote } from './change-note.ts';
import { Echoes } from './echoes.ts';
import { Lanes } from './lanes.ts';
import { LocationReplica } from './location-replica.ts';
import { secretOf } from './store-secret.ts';
import type { StoreConnection, StoreDriver } from './store-driver.ts';
import { StoreLink, type StoreHealth } from './store-link.ts';

export interface SharedLocationsOptions {
  readonly driver: StoreDriver;
  readonly clock: Clock;
  readonly log: Logger;
  /** Tells this process from every other one, also from itself before a restart: whose flows are whose. */
  readonly self: string;
}

/** A location store in a database that several processes share. */
export interface SharedLocations extends LocationStore, Disposable {
  readonly health: StoreHealth;
  /**
   * The secret that every process on the store has in common. Rejects with LocationStoreError.
   * @param fresh - becomes the secret where there is none yet.
   */
  secret(fresh: string): Promise<string>;
}

/** So often others may be faster before an update gives up. */
const MAX_ATTEMPTS = 20;

/**
 * Connects to the database and reads what there is. From then on a database that goes away is connected to again: meanwhile look-ups and updates
 * reject at once, while lists and counts tell what was known last.
 *
 * Bindings are looked up and changed in the database itself: one document for each address of record, replaced only if it is still the one the
 * decision was made upon. A copy in memory, kept up to date by the announcements of all processes, serves lists, counts and change events; it ends
 * bindings by the wall clock of this process.
 * @throws Error of the driver when the first connection fails; LocationStoreError code 'timeout' when nobody answers.
 */
export async function openSharedLocations(options: SharedLocationsOptions): Promise<SharedLocations> {
  const locations = new LocationsInDatabase(options);
  await locations.open();
  return locations;
}

class LocationsInDatabase implements SharedLocations {
  readonly #options: SharedLocationsOptions;
  readonly #link: StoreLink;
  readonly #replica: LocationReplica;
  readonly #lanes = new Lanes();
  readonly #echoes: Echoes;
  /** Users with expired bindings that are still in the database. */
  readonly #overdue = new Set<string>();
  #isSweeping = false;
  #reloaded = Promise.resolve();
  #updates = 0;
  #isDisposed = false;

  constructor(options: SharedLocationsOptions) {
    const { driver, clock, log, self } = options;
    this.#options = options;
    this.#echoes = new Echoes(clock);
    this.#replica = new LocationReplica({ clock, log, self });
    this.#link = new StoreLink({
      driver,
      clock,
      log,
      onNote: (text) => {
        this.#hear(text);
      },
      onUp: () => {
        this.#reloaded = this.#reload();
        // Whoever opens hears of it; later the loss of the connection tells the same.
        this.#reloaded.catch(() => undefined);
      },
      onDown: () => {
        this.#echoes.giveUp();
      },
    });
    this.#replica.locations.onChange(({ aor, events }) => {
      if (events.some(({ kind }) => kind === 'expired')) this.#sweepLater(aor);
    });
  }

  async open(): Promise<void> {
    try {
      await this.#link.open();
      await this.#reloaded;
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  get health(): StoreHealth {
    return this.#link.health;
  }

  secret(fresh: string): Promise<string> {
    return this.#link.run('update', (connection) => secretOf(connection, fresh));
  }

  async bindings(aor: string): Promise<readonly StoredBinding[]> {
    return this.#live(await this.#read(aor), this.#options.clock.wallMs());
  }

  update<R>(
    aor: string,
    decide: (live: readonly StoredBinding[], wallMs: number) => BindingUpdate<R>,
  ): Promise<R> {
    // Updates of one user queue up here rather than be in each other's way in the database.
    return this.#lanes.run(aor, async () => {
      const { result, id } = await this.#link.run('update', (connection) =>
        this.#attempt(connection, aor, decide),
      );
      // Stored and acknowledged; the listeners of this process hear of it before whoever asked goes on.
      if (id !== undefined) await this.#echoes.heard(id);
      return result;
    });
  }

  all(): AsyncIterable<Registered> {
    return this.#replica.locations.all();
  }

  count(): Promise<LocationCount> {
    return this.#replica.locations.count();
  }

  onChange(listener: (change: LocationChange) => void): Unsubscribe {
    return this.#replica.locations.onChange(listener);
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#link.close();
    this.#echoes.giveUp();
    this.#replica.locations.dispose();
  }

  #read(aor: string): Promise<string | undefined> {
    return this.#link.run('lookup', (connection) => connection.read(keyOf(aor)));
  }

  /** Documents have the best binding first. */
  #live(text: string | undefined, wallMs: number): readonly StoredBinding[] {
    if (text === undefined) return [];
    const { self, log } = this.#options;
    try {
      return parseDocument(text, self).bindings.filter((b) => b.expiresAtMs > wallMs);
    } catch (error) {
      log.error('bad entry in the location store', { reason: String(error), entry: text.slice(0, 100) });
      throw error;
    }
  }

  async #attempt<R>(
    connection: StoreConnection,
    aor: string,
    decide: (live: readonly StoredBinding[], wallMs: number) => BindingUpdate<R>,
  ): Promise<{ readonly result: R; readonly id?: string }> {
    const { clock, self, driver } = this.#options;
    const key = keyOf(aor);
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const before = await connection.read(key);
      const wallMs = clock.wallMs();
      const { bindings, removal, result } = decide(this.#live(before, wallMs), wallMs);
      if (bindings === undefined) return { result };
      const after = formatDocument({ aor, bindings }, self);
      if (after === before) return { result };
      const id = `${self}-${++this.#updates}`;
      const note = { id, aor, removal: removal ?? 'unregistered', document: after ?? null };
      this.#echoes.expect(id);
      let isDone = false;
      try {
        isDone = await connection.swap(key, before, after, formatNote(note, driver.maxNoteLength));
      } finally {
        if (!isDone) this.#echoes.forget(id);
      }
      if (isDone) return { result, id };
    }
    throw new LocationStoreError('conflict', `${aor} was changed by others ${MAX_ATTEMPTS} times in a row.`);
  }

  #hear(text: string): void {
    const note = parseNote(text);
    if (note === undefined) return;
    const { id, aor, removal, document } = note;
    if (aor !== undefined && document !== undefined) {
      this.#replica.put(aor, document ?? undefined, removal);
      this.#echoes.hear(id);
      return;
    }
    const reading =
      aor === undefined ? this.#reload() : this.#replica.reread(aor, () => this.#read(aor), removal);
    const goOn = (): void => {
      this.#echoes.hear(id);
    };
    // What cannot be read now is read when the store is back.
    reading.then(goOn, goOn);
  }

  /** Compares the copy with everything there is: at first, and after a time without announcements. */
  async #reload(): Promise<void> {
    const overdue = await this.#replica.reload((cursor) =>
      this.#link.run('list', (connection) => connection.scan(cursor)),
    );
    for (const aor of overdue) this.#sweepLater(aor);
  }

  #sweepLater(aor: string): void {
    this.#overdue.add(aor);
    if (!this.#isSweeping) void this.#sweep();
  }

  /** Takes what has expired out of the database, one user after the other; whoever comes first does it for all processes. */
  async #sweep(): Promise<void> {
    this.#isSweeping = true;
    for (const aor of this.#overdue) {
      if (this.#isDisposed) break;
      this.#overdue.delete(aor);
      // A store that is away now is compared when it is back.
      await this.update(aor, (bindings) => ({ bindings, removal: 'expired', result: undefined })).catch(
        () => undefined,
      );
    }
    this.#isSweeping = false;
  }
}
