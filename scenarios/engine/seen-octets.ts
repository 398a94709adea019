import type { Clock } from '../../stack/core/clock.ts';
import { octetText } from '../../stack/message/octets.ts';
import { DEFAULT_TIMING } from '../../stack/transaction/types.ts';

/** After it nothing is sent again. @rfc 3261 §17.1.1.2 (timer B), §17.2.2 (timer J) */
const HOLDS_MS = 64 * DEFAULT_TIMING.t1Ms;

/** Datagrams that came lately: one that comes again is a retransmission. */
export class SeenOctets {
  readonly #clock: Clock;
  /** When each came first, the oldest first. */
  readonly #atMs = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Notes a datagram. @returns whether it came before. */
  isKnown(bytes: Uint8Array): boolean {
    const nowMs = this.#clock.now();
    for (const [known, atMs] of this.#atMs) {
      if (nowMs - atMs <= HOLDS_MS) break;
      this.#atMs.delete(known);
    }
    const text = octetText(bytes);
    if (this.#atMs.has(text)) return true;
    this.#atMs.set(text, nowMs);
    return false;
  }
}
