/** A part of a slab: where the octets of one message are, now. */
export interface SlabPart {
  start: number;
  readonly length: number;
  isDropped: boolean;
}

/** Below this share of living octets a slab is copied together. */
const WORTH_KEEPING = 0.5;

/**
 * The octets of many messages in one buffer: the batch they came in, as it came. A Buffer object for each would cost more memory than
 * many messages have octets. When most of them are dropped the rest moves to a buffer of its size, so that one long call does not hold
 * everything that was captured beside it.
 */
export class Slab {
  bytes: Buffer;
  #parts: SlabPart[] = [];
  #liveBytes = 0;

  constructor(batch: ArrayBuffer) {
    this.bytes = Buffer.from(batch);
  }

  /** Octets of memory held. */
  get sizeBytes(): number {
    return this.bytes.length;
  }

  hold(part: SlabPart): void {
    this.#parts.push(part);
    this.#liveBytes += part.length;
  }

  /** Lets go of a part; returns by how many octets the slab shrank. */
  drop(part: SlabPart): number {
    part.isDropped = true;
    this.#liveBytes -= part.length;
    const before = this.bytes.length;
    if (this.#liveBytes >= before * WORTH_KEEPING) return 0;
    const survivors = this.#parts.filter(({ isDropped }) => !isDropped);
    const moved = Buffer.allocUnsafeSlow(this.#liveBytes);
    let end = 0;
    for (const { start, length } of survivors) end += this.bytes.copy(moved, end, start, start + length);
    this.bytes = moved;
    let start = 0;
    for (const survivor of survivors) {
      survivor.start = start;
      start += survivor.length;
    }
    this.#parts = survivors;
    return before - moved.length;
  }
}
