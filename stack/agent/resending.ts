import type { Clock, Timer } from '../core/clock.ts';
import type { Disposable } from '../core/emitter.ts';
import type { Timing } from '../transaction/types.ts';

/** What a {@link Resending} works with. */
export interface ResendingOptions {
  readonly clock: Clock;
  readonly timing: Timing;
  /** Longest interval; undefined: it doubles until the end. */
  readonly longestMs?: number | undefined;
  /** Sends it once more. */
  readonly resend: () => void;
  /** Nothing stopped it within 64*T1. */
  readonly onTimeout: () => void;
}

/** Something the core sends again until it is acknowledged: after T1, then at doubling intervals, given up after 64*T1. */
export class Resending implements Disposable {
  readonly #options: ResendingOptions;
  readonly #deadlineMs: number;
  #intervalMs: number;
  #timer: Timer | undefined;

  constructor(options: ResendingOptions) {
    this.#options = options;
    this.#intervalMs = options.timing.t1Ms;
    this.#deadlineMs = options.clock.now() + 64 * options.timing.t1Ms;
    this.#arm();
  }

  /** It was acknowledged, or nobody waits for it any more. */
  dispose(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(): void {
    const { clock, longestMs, resend, onTimeout } = this.#options;
    const leftMs = this.#deadlineMs - clock.now();
    if (this.#intervalMs >= leftMs) {
      this.#timer = clock.after(leftMs, onTimeout);
      return;
    }
    this.#timer = clock.after(this.#intervalMs, () => {
      this.#intervalMs = Math.min(this.#intervalMs * 2, longestMs ?? Infinity);
      resend();
      if (this.#timer !== undefined) this.#arm();
    });
  }
}
