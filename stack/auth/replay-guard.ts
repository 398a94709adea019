interface Used {
  readonly issuedMs: number;
  /** Largest nc so far. */
  readonly count: number;
}

/** Nonces at the same time; of more the oldest must be fetched anew by their users. */
const MAX_NONCES = 20_000;

/**
 * Remembers how often each nonce was used, so that no credentials are taken twice. Bounded: when a nonce is forgotten, all that were given
 * before it are refused too, since nobody knows any more whether they were used.
 * @rfc 7616 §3.4 (nc), §5.12
 */
export class ReplayGuard {
  readonly #used = new Map<string, Used>();
  readonly #maxNonces: number;
  #floorMs = -Infinity;

  constructor(maxNonces = MAX_NONCES) {
    this.#maxNonces = maxNonces;
  }

  /**
   * Takes one use of a nonce whose response was right.
   * @param count - the nc; 1 for a client that has none.
   * @returns false for a replay, or where it cannot be told.
   */
  take(nonce: string, issuedMs: number, count: number): boolean {
    const used = this.#used.get(nonce);
    if (used === undefined ? issuedMs <= this.#floorMs : count <= used.count) return false;
    this.#used.delete(nonce);
    this.#used.set(nonce, { issuedMs, count });
    if (this.#used.size > this.#maxNonces) this.#dropOldest();
    return true;
  }

  #dropOldest(): void {
    const [oldest] = this.#used;
    if (oldest === undefined) return;
    this.#used.delete(oldest[0]);
    this.#floorMs = Math.max(this.#floorMs, oldest[1].issuedMs);
  }
}
