import type { Clock } from './clock.ts';
import type { Rate } from './limits.ts';

/** Sources remembered at a time; the one that was quiet for the longest is forgotten first, and begins anew. */
const MAX_SOURCES = 10_000;

interface Bucket {
  tokens: number;
  atMs: number;
}

/** How much each source may still do: a bucket of `burst` tokens a source, refilled at `perSec`. */
export class TokenBuckets {
  readonly #clock: Clock;
  readonly #rate: Rate;
  /** In the order of their last use. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(clock: Clock, rate: Rate) {
    this.#clock = clock;
    this.#rate = rate;
  }

  get sources(): number {
    return this.#buckets.size;
  }

  /** Takes a token of the source; false when it has none left. */
  take(source: string): boolean {
    const bucket = this.#refilled(source);
    if (bucket.tokens < 1) return false;
    bucket.tokens--;
    return true;
  }

  /** Whether the source has a token, without taking it. */
  has(source: string): boolean {
    return !this.#buckets.has(source) || this.#refilled(source).tokens >= 1;
  }

  #refilled(source: string): Bucket {
    const nowMs = this.#clock.now();
    const { burst, perSec } = this.#rate;
    const bucket = this.#buckets.get(source) ?? { tokens: burst, atMs: nowMs };
    bucket.tokens = Math.min(burst, bucket.tokens + ((nowMs - bucket.atMs) / 1000) * perSec);
    bucket.atMs = nowMs;
    this.#buckets.delete(source);
    this.#buckets.set(source, bucket);
    if (this.#buckets.size > MAX_SOURCES) this.#forgetOldest();
    return bucket;
  }

  #forgetOldest(): void {
    for (const source of this.#buckets.keys()) {
      this.#buckets.delete(source);
      return;
    }
  }
}
