import { randomFillSync } from 'node:crypto';
import type { Ids } from '../ids.ts';

/** 32 of the 36 characters, so that five random bits make one without bias; those easily misread are left out. */
const ALPHABET = Buffer.from('0123456789abcdefghjkmnpqrstuvwxy', 'latin1');
const COOKIE = Buffer.from('z9hG4bK', 'latin1');
const BRANCH_LENGTH = 16;
const POOL_SIZE = 8192;

/** Identifiers from the system's cryptographic generator: 80 random bits a branch, 50 a tag, 100 a Call-ID. */
export function createRandomIds(): Ids {
  const pool = new RandomPool();
  const branch = Buffer.alloc(COOKIE.length + BRANCH_LENGTH);
  COOKIE.copy(branch);
  return {
    branch: () => {
      pool.characters(branch, COOKIE.length, branch.length);
      return branch.toString('latin1');
    },
    tag: () => pool.text(10),
    callId: (host) => (host === undefined ? pool.text(20) : `${pool.text(20)}@${host}`),
    // 16 bits: CSeq is no secret, and people read small numbers more easily in a ladder.
    cseq: () => 1 + (pool.uint32() % 0xffff),
    token: (length) => pool.text(length),
    chance: () => pool.uint32() / 2 ** 32,
  };
}

/** Random octets by the block: asking the generator for a few at a time costs microseconds. */
class RandomPool {
  readonly #octets = Buffer.alloc(POOL_SIZE);
  readonly #scratch = Buffer.alloc(64);
  #used = POOL_SIZE;

  characters(target: Buffer, start: number, end: number): void {
    for (let at = start; at < end; at++) target[at] = ALPHABET[this.#octet() & 31] ?? 0;
  }

  text(length: number): string {
    const target = length <= this.#scratch.length ? this.#scratch : Buffer.alloc(length);
    this.characters(target, 0, length);
    return target.toString('latin1', 0, length);
  }

  uint32(): number {
    return ((this.#octet() << 24) | (this.#octet() << 16) | (this.#octet() << 8) | this.#octet()) >>> 0;
  }

  #octet(): number {
    if (this.#used === POOL_SIZE) {
      randomFillSync(this.#octets);
      this.#used = 0;
    }
    return this.#octets[this.#used++] ?? 0;
  }
}
