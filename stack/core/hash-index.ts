const FIRST_CAPACITY = 64;
/** Stands for an empty place; no hash is 0. */
const EMPTY = 0;

/**
 * Finds small integers by hashes of 53 bits, such as {@link WideHash} makes. Open addressing in two flat arrays: nothing in it is an object, so a
 * large index costs the garbage collector nothing.
 */
export class HashIndex {
  #keys = new Float64Array(FIRST_CAPACITY);
  #values = new Int32Array(FIRST_CAPACITY);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(key: number): boolean {
    return this.#keys[this.#place(key)] === key;
  }

  get(key: number): number | undefined {
    const at = this.#place(key);
    return this.#keys[at] === key ? this.#values[at] : undefined;
  }

  /** @param key - 1 .. 2^53 - 1. @param value - 32 bits. */
  set(key: number, value: number): void {
    const at = this.#place(key);
    this.#values[at] = value;
    if (this.#keys[at] === key) return;
    this.#keys[at] = key;
    // At most half full, so that probes stay short.
    if (++this.#size * 2 > this.#keys.length) this.#resize(this.#keys.length * 2);
  }

  /** @returns whether it was there. */
  delete(key: number): boolean {
    const keys = this.#keys;
    const mask = keys.length - 1;
    let gap = this.#place(key);
    if (keys[gap] !== key) return false;
    // What had to pass the place moves up, so that it is found without a mark there.
    for (let at = (gap + 1) & mask; keys[at] !== EMPTY; at = (at + 1) & mask) {
      const home = (keys[at] ?? 0) & mask;
      if (((at - home) & mask) < ((at - gap) & mask)) continue;
      keys[gap] = keys[at] ?? 0;
      this.#values[gap] = this.#values[at] ?? 0;
      gap = at;
    }
    keys[gap] = EMPTY;
    this.#size--;
    if (keys.length > FIRST_CAPACITY && this.#size * 8 < keys.length) this.#resize(keys.length / 2);
    return true;
  }

  clear(): void {
    this.#keys = new Float64Array(FIRST_CAPACITY);
    this.#values = new Int32Array(FIRST_CAPACITY);
    this.#size = 0;
  }

  /** Where the key is, or where it would go. */
  #place(key: number): number {
    const keys = this.#keys;
    const mask = keys.length - 1;
    // Of a number above 32 bits these operators take the low ones.
    let at = key & mask;
    while (keys[at] !== key && keys[at] !== EMPTY) at = (at + 1) & mask;
    return at;
  }

  #resize(capacity: number): void {
    const keys = this.#keys;
    const values = this.#values;
    this.#keys = new Float64Array(capacity);
    this.#values = new Int32Array(capacity);
    for (let from = 0; from < keys.length; from++) {
      const key = keys[from] ?? EMPTY;
      if (key === EMPTY) continue;
      const at = this.#place(key);
      this.#keys[at] = key;
      this.#values[at] = values[from] ?? 0;
    }
  }
}
