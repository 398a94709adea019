import type { Unsubscribe } from '../core/emitter.ts';

/** How one state document is to look. */
export interface DocumentView<S> {
  /** Canonical URI of the resource. */
  readonly resource: string;
  /** Counts from 0 in each subscription, without gaps. */
  readonly version: number;
  /** What the watcher knows; undefined: it is to be told everything. */
  readonly known: S | undefined;
}

/**
 * A kind of state one can subscribe to. `S` is what the package remembers of one resource; it is not changed once it was given away.
 * @rfc 6665 §5.4
 */
export interface EventPackage<S = unknown> {
  readonly name: string;
  /** Media types of its documents, the default one first. */
  readonly contentTypes: readonly string[];
  readonly defaultExpiresSec: number;
  /** Subscriptions are made by something other than SUBSCRIBE, which is refused. @rfc 3515 §2.4.4 */
  readonly isImplicit?: boolean;
  /** The shortest time between NOTIFYs that tell changes; none when left out. What came meanwhile is told by one. @rfc 6665 §5.4.10 */
  readonly minIntervalMs?: number;
  /** The state of a resource now; undefined when there is no such resource. */
  snapshot(resource: string): S | undefined;
  /** The document of a state; empty when there is nothing to say. */
  format(state: S, view: DocumentView<S>): string;
  /** A subscription to the resource is over. */
  onGone?(resource: string): void;
  /** Tells of resources whose state has changed. */
  onChanged(listener: (resource: string) => void): Unsubscribe;
}

/** An item of a state that is a list. */
export interface Item {
  readonly id: string;
}

/** The items to tell a watcher, and whether they are all there is. */
export interface Difference<T extends Item> {
  readonly isFull: boolean;
  readonly items: readonly T[];
}

/**
 * What a watcher has to be told of a list.
 * @param isGone - told once to those who know the item, then never again.
 */
export function differenceOf<T extends Item>(
  known: readonly T[] | undefined,
  now: readonly T[],
  isGone: (item: T) => boolean,
): Difference<T> {
  const before = new Map((known ?? []).map((item) => [item.id, JSON.stringify(item)]));
  const left = new Set(now.map((item) => item.id));
  const isUntold = (known ?? []).some((item) => !isGone(item) && !left.has(item.id));
  // An item that went without a word can only be told by a list that does not have it.
  if (known === undefined || isUntold) return { isFull: true, items: now.filter((item) => !isGone(item)) };
  return {
    isFull: false,
    items: now.filter((item) =>
      before.has(item.id) ? before.get(item.id) !== JSON.stringify(item) : !isGone(item),
    ),
  };
}
