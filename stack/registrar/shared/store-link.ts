import type { Clock, Timer } from '../../core/clock.ts';
import type { Logger } from '../../core/logger.ts';
import { LocationStoreError, type LocationStoreErrorCode } from '../location-store.ts';
import { StoreRefusal, type StoreConnection, type StoreDriver } from './store-driver.ts';

/** Whether a store does its work. */
export type StoreHealth =
  { readonly isHealthy: true } | { readonly isHealthy: false; readonly reason: string };

/** What an operation is for: where one kind is refused another may go on. */
export type Purpose = 'lookup' | 'update' | 'list';

export interface StoreLinkOptions {
  readonly driver: StoreDriver;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onNote: (note: string) => void;
  /** There is a connection, perhaps after a time without one. */
  readonly onUp: () => void;
  readonly onDown: () => void;
}

/** Longest wait for a connection, and for an operation: well before a client gives up (64*T1). */
const CONNECT_MS = 5000;
const OPERATION_MS = 4000;
/** A silent connection is asked this often whether it is still there. */
const PING_EVERY_MS = 5000;
/** Waits between attempts to connect: they double from the first to the last. */
const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5000;
/** A connection that lived so long was a good one: the next loss starts with the shortest wait again. */
const STABLE_MS = 10_000;

/** Keeps a connection to a database, and no operation waiting: it fails at once without one, and in time with a silent one. */
export class StoreLink {
  readonly #options: StoreLinkOptions;
  #connection: StoreConnection | undefined;
  /** Why there is no connection. */
  #lostReason = 'not connected yet';
  /** What the database refuses, by purpose. */
  readonly #refused = new Map<Purpose, string>();
  readonly #waiting = new Set<(error: LocationStoreError) => void>();
  #timer: Timer | undefined;
  #failures = 0;
  #changedAtMs = 0;
  /** When an operation was last answered. */
  #answeredAtMs = 0;
  #isClosed = false;

  constructor(options: StoreLinkOptions) {
    this.#options = options;
  }

  /** The first connection: rejects with the error of the driver, or LocationStoreError code 'timeout'. */
  async open(): Promise<void> {
    this.#up(await this.#connect());
  }

  get health(): StoreHealth {
    if (this.#connection === undefined) return { isHealthy: false, reason: this.#lostReason };
    const [refused] = this.#refused.values();
    return refused === undefined ? { isHealthy: true } : { isHealthy: false, reason: refused };
  }

  /** Works with the connection. Rejects with LocationStoreError, in bounded time. */
  run<T>(purpose: Purpose, work: (connection: StoreConnection) => Promise<T>): Promise<T> {
    const connection = this.#connection;
    if (connection === undefined)
      return Promise.reject(new LocationStoreError('unavailable', `${this.#name}: ${this.#lostReason}.`));
    return this.#bounded(connection, work(connection)).then(
      (result) => {
        this.#serves(purpose);
        return result;
      },
      (cause: unknown) => {
        if (cause instanceof LocationStoreError) throw cause;
        const reason = messageOf(cause);
        if (cause instanceof StoreRefusal) this.#refuses(purpose, reason);
        else this.#lose(connection, reason);
        throw new LocationStoreError('unavailable', `${this.#name}: ${reason}.`, { cause });
      },
    );
  }

  close(): void {
    this.#isClosed = true;
    this.#timer?.cancel();
    const connection = this.#connection;
    this.#connection = undefined;
    this.#lostReason = 'closed';
    connection?.close();
    this.#failAll('unavailable');
  }

  get #name(): string {
    return this.#options.driver.name;
  }

  #connect(): Promise<StoreConnection> {
    const { driver, clock, onNote } = this.#options;
    return new Promise((resolve, reject) => {
      let isOver = false;
      let lost: string | undefined;
      let own: StoreConnection | undefined;
      const timer = clock.after(CONNECT_MS, () => {
        isOver = true;
        reject(new LocationStoreError('timeout', `no answer in ${CONNECT_MS / 1000} s`));
      });
      const connecting = driver.connect({
        onNote,
        onLost: (reason) => {
          lost = reason;
          if (own !== undefined) this.#lose(own, reason);
        },
      });
      connecting.then(
        (connection) => {
          timer.cancel();
          // It may have come too late, or be gone again already.
          if (isOver || lost !== undefined) {
            connection.close();
            reject(new LocationStoreError('unavailable', lost ?? 'too late'));
            return;
          }
          own = connection;
          resolve(connection);
        },
        (error: unknown) => {
          timer.cancel();
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });
  }

  #up(connection: StoreConnection): void {
    if (this.#isClosed) {
      connection.close();
      return;
    }
    this.#connection = connection;
    this.#refused.clear();
    this.#changedAtMs = this.#options.clock.now();
    this.#pingLater(connection);
    this.#options.onUp();
  }

  #lose(connection: StoreConnection, reason: string, code: LocationStoreErrorCode = 'unavailable'): void {
    if (this.#connection !== connection) return;
    const { clock, log, onDown } = this.#options;
    this.#connection = undefined;
    this.#lostReason = reason;
    if (clock.now() - this.#changedAtMs >= STABLE_MS) this.#failures = 0;
    this.#changedAtMs = clock.now();
    connection.close();
    log.warn('location store lost', { store: this.#name, reason });
    this.#failAll(code);
    onDown();
    this.#retryLater();
  }

  #retryLater(): void {
    this.#timer?.cancel();
    const delayMs = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures++);
    this.#timer = this.#options.clock.after(delayMs, () => void this.#retry());
  }

  async #retry(): Promise<void> {
    const { clock, log } = this.#options;
    try {
      const connection = await this.#connect();
      const awayMs = Math.round(clock.now() - this.#changedAtMs);
      this.#up(connection);
      if (!this.#isClosed) log.info('location store back', { store: this.#name, awayMs });
    } catch (error) {
      this.#lostReason = messageOf(error);
      if (!this.#isClosed) this.#retryLater();
    }
  }

  #pingLater(connection: StoreConnection): void {
    this.#timer?.cancel();
    this.#timer = this.#options.clock.after(PING_EVERY_MS, () => {
      this.#bounded(connection, connection.ping()).then(
        () => {
          if (this.#connection === connection) this.#pingLater(connection);
        },
        (error: unknown) => {
          this.#lose(connection, messageOf(error));
        },
      );
    });
  }

  /** Waits as long as the connection lives, and not for ever. */
  #bounded<T>(connection: StoreConnection, work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const finish = (): void => {
        timer.cancel();
        this.#waiting.delete(fail);
      };
      const fail = (error: Error): void => {
        finish();
        reject(error);
      };
      const timer = this.#options.clock.after(OPERATION_MS, () => {
        const reason = `no answer in ${OPERATION_MS / 1000} s`;
        // One that answers nobody is of no use to the next one either; one that answers others is busy.
        if (this.#options.clock.now() - this.#answeredAtMs >= OPERATION_MS)
          this.#lose(connection, reason, 'timeout');
        fail(new LocationStoreError('timeout', `${this.#name}: ${reason}.`));
      });
      this.#waiting.add(fail);
      work.then((result) => {
        this.#answeredAtMs = this.#options.clock.now();
        finish();
        resolve(result);
      }, fail);
    });
  }

  #failAll(code: LocationStoreErrorCode): void {
    for (const fail of [...this.#waiting])
      fail(new LocationStoreError(code, `${this.#name}: ${this.#lostReason}.`));
  }

  #refuses(purpose: Purpose, reason: string): void {
    if (!this.#refused.has(purpose))
      this.#options.log.warn('location store refuses', { store: this.#name, purpose, reason });
    this.#refused.set(purpose, reason);
  }

  #serves(purpose: Purpose): void {
    if (this.#refused.delete(purpose))
      this.#options.log.info('location store serves again', { store: this.#name, purpose });
  }
}

function messageOf(error: unknown): string {
  // Node reports failed attempts to several addresses in an error without a text.
  const text = error instanceof AggregateError ? String(error.errors[0]) : String(error);
  return text.replace(/^\w*(Error|Refusal): /, '').replace(/\.$/, '');
}
