/** What is to be done at a time, earliest first; of equal times in the order added. A binary heap. */
export class DueList<T> {
  readonly #heap: { readonly dueAtMs: number; readonly order: number; readonly value: T }[] = [];
  #order = 0;

  get size(): number {
    return this.#heap.length;
  }

  add(dueAtMs: number, value: T): void {
    const heap = this.#heap;
    heap.push({ dueAtMs, order: this.#order++, value });
    let at = heap.length - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBefore(at, parent)) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  /** The next that is due at or before that time, taken out. */
  take(atMs: number): T | undefined {
    const heap = this.#heap;
    const [first] = heap;
    if (first === undefined || first.dueAtMs > atMs) return undefined;
    const last = heap.pop();
    if (last !== undefined && heap.length > 0) {
      heap[0] = last;
      this.#sink();
    }
    return first.value;
  }

  #sink(): void {
    const { length } = this.#heap;
    for (let at = 0; ;) {
      const left = 2 * at + 1;
      if (left >= length) return;
      const child = left + 1 < length && this.#isBefore(left + 1, left) ? left + 1 : left;
      if (!this.#isBefore(child, at)) return;
      this.#swap(child, at);
      at = child;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const [left, right] = [this.#heap[a], this.#heap[b]];
    if (left === undefined || right === undefined) return false;
    return left.dueAtMs < right.dueAtMs || (left.dueAtMs === right.dueAtMs && left.order < right.order);
  }

  #swap(a: number, b: number): void {
    const [left, right] = [this.#heap[a], this.#heap[b]];
    if (left === undefined || right === undefined) return;
    this.#heap[a] = right;
    this.#heap[b] = left;
  }
}
