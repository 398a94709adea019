/** Nonces that were used lately, none of them used before those of an older generation. */
class Generation {
  /** The largest nc so far, by the nonce's number. */
  readonly counts = new Map<number, number>();
  lastIssuedMs = -Infinity;
}

/** Nonces at the same time; of more the oldest must be fetched anew by their users. */
const MAX_NONCES = 20_000;

/**
 * Remembers how often each nonce was used, so that no credentials are taken twice. Bounded: when nonces are forgotten, all that were given
 * before them are refused too, since nobody knows any more whether they were used. Two generations are forgotten in turn: taking the oldest
 * out of one map costs a walk over the places of those taken out before.
 * @rfc 7616 §3.4 (nc), §5.12
 */
export class ReplayGuard {
  readonly #maxOfGeneration: number;
  #young = new Generation();
  #old = new Generation();
  #floorMs = -Infinity;

  constructor(maxNonces = MAX_NONCES) {
    this.#maxOfGeneration = maxNonces / 2;
  }

  /**
   * Takes one use of a nonce whose response was right.
   * @param number - of the nonce.
   * @param count - the nc; 1 for a client that has none.
   * @returns false for a replay, or where it cannot be told.
   */
  take(number: number, issuedMs: number, count: number): boolean {
    const young = this.#young.counts.get(number);
    const used = young ?? this.#old.counts.get(number);
    if (used === undefined ? issuedMs <= this.#floorMs : count <= used) return false;
    if (young === undefined && this.#young.counts.size >= this.#maxOfGeneration) this.#forgetOld();
    this.#young.counts.set(number, count);
    this.#young.lastIssuedMs = Math.max(this.#young.lastIssuedMs, issuedMs);
    return true;
  }

  #forgetOld(): void {
    this.#floorMs = Math.max(this.#floorMs, this.#old.lastIssuedMs);
    this.#old = this.#young;
    this.#young = new Generation();
  }
}
