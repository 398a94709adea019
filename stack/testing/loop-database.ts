import {
  StoreRefusal,
  type ScanPage,
  type StoreConnection,
  type StoreDriver,
  type StoreEvents,
} from '../registrar/shared/store-driver.ts';

/** Documents a page: few, so that tests meet several pages. */
const PAGE = 3;

/** A database in memory with everything that can go wrong with one. Its answers come a few turns later, as over a network. */
export class LoopDatabase implements StoreDriver {
  readonly name = 'a database at 10.0.0.5';
  readonly maxNoteLength: number;
  readonly documents = new Map<string, string>();
  /** Nothing is accepted any more; connections there are stay. */
  isDown = false;
  /** Takes everything and answers nothing. */
  isSilent = false;
  /** What every swap is refused with. */
  refusal: string | undefined;
  /** What is done just before a swap: somebody who is faster. */
  beforeSwap: ((key: string) => void) | undefined;
  /** Connections made so far. */
  connects = 0;
  readonly #connections = new Map<StoreConnection, StoreEvents>();

  constructor({ maxNoteLength = Infinity }: { readonly maxNoteLength?: number } = {}) {
    this.maxNoteLength = maxNoteLength;
  }

  get openConnections(): number {
    return this.#connections.size;
  }

  async connect(events: StoreEvents): Promise<StoreConnection> {
    this.connects++;
    await this.#answer();
    if (this.isDown) throw new Error('connection refused');
    const connection: StoreConnection = {
      read: async (key) => {
        await this.#answer();
        this.#check(connection);
        return this.documents.get(key);
      },
      swap: async (key, expected, next, note) => {
        await this.#answer();
        this.#check(connection);
        if (this.refusal !== undefined) throw new StoreRefusal(this.refusal);
        this.beforeSwap?.(key);
        if (this.documents.get(key) !== expected) return false;
        if (next === undefined) this.documents.delete(key);
        else this.documents.set(key, next);
        this.announce(note);
        return true;
      },
      scan: async (cursor) => {
        await this.#answer();
        this.#check(connection);
        return this.#page(cursor);
      },
      ping: () => this.#answer(),
      close: () => {
        this.#connections.delete(connection);
      },
    };
    this.#connections.set(connection, events);
    return connection;
  }

  /** Tells every process. */
  announce(note: string): void {
    for (const { onNote } of [...this.#connections.values()]) onNote(note);
  }

  /** Breaks every connection; what is stored stays. */
  crash(): void {
    this.isDown = true;
    for (const [connection, { onLost }] of [...this.#connections]) {
      this.#connections.delete(connection);
      onLost('connection reset');
    }
  }

  #page(cursor: string | undefined): ScanPage {
    const from = Number(cursor ?? 0);
    const all = [...this.documents.values()];
    return {
      documents: all.slice(from, from + PAGE),
      cursor: from + PAGE < all.length ? String(from + PAGE) : undefined,
    };
  }

  #check(connection: StoreConnection): void {
    if (!this.#connections.has(connection)) throw new Error('connection reset');
  }

  async #answer(): Promise<void> {
    if (this.isSilent) await new Promise(() => undefined);
    for (let turn = 0; turn < 3; turn++) await Promise.resolve();
  }
}
