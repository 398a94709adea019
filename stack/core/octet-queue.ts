/** Room of the first block; each further one has twice as much, up to the most. */
const LEAST_BLOCK_BYTES = 2048;
const MOST_BLOCK_BYTES = 256 * 1024;
/** Position of a piece: the number of its block, counted from the beginning of time, times this, and its place there. */
const POSITIONS = 2 ** 20;

/**
 * Octets kept first in, first out, in blocks outside of the garbage collector's sight: thousands of small pieces cost as many objects as there are
 * blocks. A piece is known by its position, a number that grows.
 */
export class OctetQueue {
  readonly #blocks: Uint8Array[] = [];
  /** Number of the first block. */
  #first = 0;
  /** Of the last block. */
  #used = 0;
  /** The block that was given back last, for the next need. */
  #spare: Uint8Array | undefined;

  /** @returns its position; undefined when it is too large to be kept. */
  push(octets: Uint8Array): number | undefined {
    const { length } = octets;
    if (length > MOST_BLOCK_BYTES) return undefined;
    let block = this.#blocks.at(-1);
    if (block === undefined || this.#used + length > block.length) block = this.#open(length, block);
    const at = this.#used;
    block.set(octets, at);
    this.#used += length;
    return (this.#first + this.#blocks.length - 1) * POSITIONS + at;
  }

  /** A copy of what was pushed, as long as it has not been dropped. */
  read(position: number, length: number): Uint8Array {
    const at = position % POSITIONS;
    const block = this.#blocks[Math.floor(position / POSITIONS) - this.#first];
    if (block === undefined) throw new RangeError(`nothing is kept at ${position}`);
    return block.slice(at, at + length);
  }

  /** Forgets what lies before the position. */
  dropBefore(position: number): void {
    const first = Math.floor(position / POSITIONS);
    while (this.#first < first && this.#blocks.length > 1) {
      this.#spare = this.#blocks.shift();
      this.#first++;
    }
  }

  /** Forgets everything. */
  clear(): void {
    this.#first += this.#blocks.length;
    this.#blocks.length = 0;
    this.#used = 0;
    this.#spare = undefined;
  }

  #open(length: number, last: Uint8Array | undefined): Uint8Array {
    const wanted = Math.min(2 * (last?.length ?? 0), MOST_BLOCK_BYTES);
    const size = Math.max(wanted, length, LEAST_BLOCK_BYTES);
    const spare = this.#spare;
    const block = spare !== undefined && spare.length >= size ? spare : new Uint8Array(size);
    this.#spare = undefined;
    this.#blocks.push(block);
    this.#used = 0;
    return block;
  }
}
