import type { Awaitable } from '../core/awaitable.ts';
import type { Unsubscribe } from '../core/emitter.ts';
import type { Binding, Locations } from './location.ts';

/** A binding with what a registrar keeps of it beyond finding its contact. Immutable: a refresh makes a new one. */
export interface StoredBinding extends Binding {
  /** Names the binding while it lives; a later one of the same contact has another. @rfc 3680 §5.2 */
  readonly id: string;
  /** When the binding was made, in wall-clock milliseconds since 1970. */
  readonly registeredAtMs: number;
  /** When it was last refreshed, in wall-clock milliseconds since 1970. */
  readonly updatedAtMs: number;
  readonly displayName: string | undefined;
  /** The other parameters of Contact, ready to be written: `;methods="INVITE"`; empty when there are none. @rfc 3840 §9 */
  readonly params: string;
}

/** Why a binding is gone. @rfc 3680 §5.2 */
export type RemovalReason = 'unregistered' | 'expired' | 'deactivated' | 'probation' | 'rejected';

/** What happened to a binding. @rfc 3680 §3.3 */
export type BindingEventKind = 'created' | 'refreshed' | 'shortened' | RemovalReason;

export interface BindingEvent {
  readonly kind: BindingEventKind;
  /** As it is now; one that is gone, as it was. */
  readonly binding: StoredBinding;
}

/** What one request, one expiry or one administrative act did to an address of record. */
export interface LocationChange {
  readonly aor: string;
  readonly events: readonly BindingEvent[];
  /** What is left, best first. */
  readonly bindings: readonly StoredBinding[];
}

/** The decision about the bindings of one address of record. */
export interface BindingUpdate<R> {
  /** What shall be there from now on; undefined leaves everything as it is. */
  readonly bindings?: readonly StoredBinding[] | undefined;
  /** Why those missing from `bindings` are gone; `unregistered` when left out. */
  readonly removal?: RemovalReason;
  /** Handed back to the caller of `update`. */
  readonly result: R;
}

/** One address of record with its live bindings. */
export interface Registered {
  readonly aor: string;
  readonly bindings: readonly StoredBinding[];
}

/** How much there is. */
export interface LocationCount {
  readonly aors: number;
  readonly bindings: number;
}

/**
 * `unavailable`: there is no connection, it broke, or the store refuses; `timeout`: there was no answer in time; `conflict`: others were faster
 * every time; `corrupt`: what is stored is not what a registrar writes. After the first two a change that was under way may be stored or not:
 * whoever asked has to ask again.
 */
export type LocationStoreErrorCode = 'unavailable' | 'timeout' | 'conflict' | 'corrupt';

/** A store could not do its work now: what it rejects with. */
export class LocationStoreError extends Error {
  override readonly name = 'LocationStoreError' as const;
  readonly code: LocationStoreErrorCode;

  constructor(code: LocationStoreErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/**
 * Where bindings are kept. The rules of registration stay with the registrar: a store only has to apply a decision atomically, so that it can
 * be a database with a version a row (compare and swap) as well as memory. Rejects with {@link LocationStoreError} only.
 */
export interface LocationStore extends Locations {
  bindings(aor: string): Promise<readonly StoredBinding[]>;
  /**
   * Replaces the bindings of one address of record, or none of them, without another update in between.
   * @param decide - free of effects, because it is asked again when somebody else was faster; gets the live bindings, best first, and the time
   *   on the wall clock.
   * @returns the result, at once where the store has to ask nobody.
   */
  update<R>(
    aor: string,
    decide: (live: readonly StoredBinding[], wallMs: number) => BindingUpdate<R>,
  ): Awaitable<R>;
  /** Every address of record that has live bindings, in no particular order; what changes meanwhile may be missed or met. */
  all(): AsyncIterable<Registered>;
  count(): Promise<LocationCount>;
  /** Hears of every change, after it is stored. */
  onChange(listener: (change: LocationChange) => void): Unsubscribe;
}

/** Best q first, latest first among equals. */
export function byPreference(a: StoredBinding, b: StoredBinding): number {
  return b.q - a.q || b.updatedAtMs - a.updatedAtMs;
}

/** What a change of bindings means to those who watch them. @rfc 3680 §3.3 */
export function eventsOf(
  before: readonly StoredBinding[],
  after: readonly StoredBinding[],
  removal: RemovalReason,
): readonly BindingEvent[] {
  const events: BindingEvent[] = [];
  for (const binding of after) {
    const old = before.find(({ id }) => id === binding.id);
    if (old === undefined) events.push({ kind: 'created', binding });
    else if (old !== binding)
      events.push({ kind: binding.expiresAtMs < old.expiresAtMs ? 'shortened' : 'refreshed', binding });
  }
  for (const binding of before)
    if (!after.some(({ id }) => id === binding.id)) events.push({ kind: removal, binding });
  return events;
}
