import { hasFailed } from '../dialogs/derive.ts';
import type { Filter } from '../filter/filter.ts';
import type { CaptureStore, StoreWatcher } from '../capture-store.ts';
import type { DialogRecord } from '../store/records.ts';
import type { DialogOrder } from './sort-keys.ts';

/** So many dialogs are looked at between two looks at the clock. */
const STRIDE = 64;

/**
 * The dialogs one filter lets through, kept while the recording goes on: after the first pass only what changed is looked at again, and
 * sorted rows are merged, not sorted anew.
 */
export class DialogView implements StoreWatcher {
  readonly #filter: Filter;
  readonly #stopWatching: () => void;
  /** To be looked at (again). */
  #pending: Set<DialogRecord>;
  readonly #matched = new Set<DialogRecord>();
  /** Rows in the order asked for last, and what changed since. */
  #rows: DialogRecord[] = [];
  #order: DialogOrder | undefined;
  #unsorted = new Set<DialogRecord>();

  constructor(store: CaptureStore, filter: Filter) {
    this.#filter = filter;
    this.#pending = new Set(store.dialogs.values());
    this.#stopWatching = store.watch(this);
  }

  dispose(): void {
    this.#stopWatching();
  }

  changed(dialogs: readonly DialogRecord[]): void {
    for (const dialog of dialogs) this.#pending.add(dialog);
  }

  dropped(dialogs: readonly DialogRecord[]): void {
    for (const dialog of dialogs) {
      this.#pending.delete(dialog);
      if (this.#matched.delete(dialog)) this.#unsorted.add(dialog);
    }
  }

  cleared(): void {
    this.#pending.clear();
    this.#matched.clear();
    this.#unsorted.clear();
    this.#rows = [];
  }

  /**
   * Looks at what is pending until nothing is, or `isLate` says so.
   * @returns true when nothing is pending.
   * @throws FilterError when a pattern takes too long.
   */
  advance(isLate: () => boolean): boolean {
    let seen = 0;
    for (const dialog of this.#pending) {
      if (++seen % STRIDE === 0 && isLate()) return false;
      const isMatch = this.#filter.matches(dialog);
      this.#pending.delete(dialog);
      if (!isMatch && !this.#matched.delete(dialog)) continue;
      if (isMatch) this.#matched.add(dialog);
      this.#unsorted.add(dialog);
    }
    return true;
  }

  get matched(): number {
    return this.#matched.size;
  }

  get failed(): number {
    let failed = 0;
    for (const { state } of this.#matched) if (hasFailed(state)) failed += 1;
    return failed;
  }

  /** Matched dialogs, oldest first or nearly so. */
  dialogs(): Iterable<DialogRecord> {
    return this.#matched;
  }

  /** All matched dialogs in the given order; `order` is compared by identity. */
  sorted(order: DialogOrder): readonly DialogRecord[] {
    if (order !== this.#order) {
      this.#rows = [...this.#matched].sort(order);
      this.#order = order;
    } else if (this.#unsorted.size > 0) {
      const kept = this.#rows.filter((dialog) => !this.#unsorted.has(dialog));
      const fresh = [...this.#unsorted].filter((dialog) => this.#matched.has(dialog)).sort(order);
      this.#rows = merge(kept, fresh, order);
    }
    this.#unsorted.clear();
    return this.#rows;
  }
}

function merge(a: readonly DialogRecord[], b: readonly DialogRecord[], order: DialogOrder): DialogRecord[] {
  const merged: DialogRecord[] = [];
  let at = 0;
  for (const dialog of b) {
    for (let next = a[at]; next && order(next, dialog) < 0; next = a[++at]) merged.push(next);
    merged.push(dialog);
  }
  for (let next = a[at]; next; next = a[++at]) merged.push(next);
  return merged;
}
