const CHUNK = 1024;

/**
 * Things by their number, where numbers count up and things leave in about the order they came: an array that forgets its front.
 * A Map of a million entries costs several times the memory and is slower to walk.
 */
export class ChunkedIndex<T> {
  readonly #chunks = new Map<number, { readonly items: (T | undefined)[]; live: number }>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** `id` is greater than every one before, or one that is still there. */
  set(id: number, item: T): void {
    const number = Math.floor(id / CHUNK);
    let chunk = this.#chunks.get(number);
    if (!chunk) this.#chunks.set(number, (chunk = { items: [], live: 0 }));
    const place = id % CHUNK;
    while (chunk.items.length < place) chunk.items.push(undefined);
    if (chunk.items[place] === undefined) {
      chunk.live += 1;
      this.#size += 1;
    }
    chunk.items[place] = item;
  }

  get(id: number): T | undefined {
    return this.#chunks.get(Math.floor(id / CHUNK))?.items[id % CHUNK];
  }

  delete(id: number): void {
    const number = Math.floor(id / CHUNK);
    const chunk = this.#chunks.get(number);
    if (chunk?.items[id % CHUNK] === undefined) return;
    chunk.items[id % CHUNK] = undefined;
    chunk.live -= 1;
    this.#size -= 1;
    if (chunk.live === 0) this.#chunks.delete(number);
  }

  clear(): void {
    this.#chunks.clear();
    this.#size = 0;
  }

  /** The thing with the smallest number. */
  get first(): T | undefined {
    for (const item of this.values()) return item;
    return undefined;
  }

  /** In order of their numbers. What is added meanwhile is seen too. */
  *values(): Generator<T> {
    for (const { items } of this.#chunks.values()) {
      for (let place = 0; place < items.length; place += 1) {
        const item = items[place];
        if (item !== undefined) yield item;
      }
    }
  }
}
