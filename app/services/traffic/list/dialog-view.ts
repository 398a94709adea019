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
  readonly #failed = new Set<DialogRecord>();
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
      this.#failed.delete(dialog);
      if (this.#matched.delete(dialog)) this.#unsorted.add(dialog);
    }
  }

  cleared(): void {
    this.#pending.clear();
    this.#matched.clear();
    this.#failed.clear();
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
      if (isMatch && hasFailed(dialog.state)) this.#failed.add(dialog);
      else this.#failed.delete(dialog);
      this.#unsorted.add(dialog);
    }
    return true;
  }

  get matched(): number {
    return this.#matched.size;
  }

  /** Matched ones that ended badly. */
  get failed(): number {
    return this.#failed.size;
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

/** Both sorted into one; `b` is short, so that its places are searched and what lies between is copied. */
function merge(a: readonly DialogRecord[], b: readonly DialogRecord[], order: DialogOrder): DialogRecord[] {
  const merged: DialogRecord[] = [];
  let at = 0;
  const copyTo = (end: number): void => {
    for (; at < end; at += 1) merged.push(a[at] as DialogRecord);
  };
  for (const dialog of b) {
    copyTo(placeOf(dialog, a, at, order));
    merged.push(dialog);
  }
  copyTo(a.length);
  return merged;
}

/** The first place from `low` on that `dialog` may stand before. */
function placeOf(
  dialog: DialogRecord,
  rows: readonly DialogRecord[],
  low: number,
  order: DialogOrder,
): number {
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (order(rows[middle] as DialogRecord, dialog) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
