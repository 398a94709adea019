import type { Clock, Timer } from '../core/clock.ts';
import type { Disposable } from '../core/emitter.ts';
import type { Timing } from '../transaction/types.ts';

/** What an {@link AckWait} works with. */
export interface AckWaitOptions {
  readonly clock: Clock;
  readonly timing: Timing;
  /** CSeq number of the INVITE, which the ACK repeats. */
  readonly cseqNumber: number;
  /** Sends the 2xx once more. */
  readonly resend: () => void;
  /** No ACK came within 64*T1. */
  readonly onTimeout: () => void;
}

/**
 * A 2xx to INVITE between its first transmission and its ACK: sent again after T1, then at doubling intervals up to T2, given up after 64*T1.
 * The core does this and not the transaction, over reliable transports too, because hops beyond the next may lose it.
 * @rfc 3261 §13.3.1.4
 */
export class AckWait implements Disposable {
  readonly cseqNumber: number;
  readonly #options: AckWaitOptions;
  readonly #deadlineMs: number;
  #intervalMs: number;
  #timer: Timer | undefined;

  constructor(options: AckWaitOptions) {
    this.#options = options;
    this.cseqNumber = options.cseqNumber;
    this.#intervalMs = options.timing.t1Ms;
    this.#deadlineMs = options.clock.now() + 64 * options.timing.t1Ms;
    this.#arm();
  }

  /** The ACK came, or nobody waits for it any more. */
  dispose(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(): void {
    const { clock, timing, resend, onTimeout } = this.#options;
    const leftMs = this.#deadlineMs - clock.now();
    if (this.#intervalMs >= leftMs) {
      this.#timer = clock.after(leftMs, onTimeout);
      return;
    }
    this.#timer = clock.after(this.#intervalMs, () => {
      this.#intervalMs = Math.min(this.#intervalMs * 2, timing.t2Ms);
      resend();
      if (this.#timer !== undefined) this.#arm();
    });
  }
}
