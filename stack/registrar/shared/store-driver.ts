/** What a connection tells its owner. */
export interface StoreEvents {
  /** What a `swap` of any process has announced, in the order in which the swaps were done. */
  readonly onNote: (note: string) => void;
  /** The connection is of no use any more. @param reason - in words for people. */
  readonly onLost: (reason: string) => void;
}

/** A database is there and does not do what it was asked: its memory or disk is full, it is a read-only copy, it takes no orders from us. */
export class StoreRefusal extends Error {
  override readonly name = 'StoreRefusal' as const;
}

/** A part of everything. */
export interface ScanPage {
  readonly documents: readonly string[];
  /** Where the next page begins; undefined after the last one. */
  readonly cursor: string | undefined;
}

/**
 * A connection to a database while it lasts. Documents, keys and notes are ASCII. What is refused rejects with {@link StoreRefusal}, everything
 * else that goes wrong with any Error and is the end of the connection; people read the message.
 */
export interface StoreConnection {
  /** The document of a key, as it is now. */
  read(key: string): Promise<string | undefined>;
  /**
   * Puts one document in the place of another, unless somebody was faster, and announces it in the same step: all or nothing.
   * @param expected - what has to be there; undefined: nothing.
   * @param next - what shall be there; undefined: nothing.
   * @returns once it is as safe as the database makes it; false when something else is there.
   */
  swap(key: string, expected: string | undefined, next: string | undefined, note: string): Promise<boolean>;
  /** Some of all the documents there are; what changes meanwhile may be met or missed. @param cursor - of the page before. */
  scan(cursor: string | undefined): Promise<ScanPage>;
  /** Finds out whether the database answers. */
  ping(): Promise<void>;
  /** Ends it at once; nothing is told any more. */
  close(): void;
}

/** A database that keeps one document a key and tells every process of changes. */
export interface StoreDriver {
  /** For people and logs, without a password: `Redis at 127.0.0.1:6379`. */
  readonly name: string;
  /** Characters that a note may have. */
  readonly maxNoteLength: number;
  connect(events: StoreEvents): Promise<StoreConnection>;
}
