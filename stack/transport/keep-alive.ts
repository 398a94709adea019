import type { Clock, Timer } from '../core/clock.ts';

/** How long the answer to a ping is awaited. @rfc 5626 §4.4.1 */
export const PONG_TIMEOUT_MS = 10_000;

export interface KeepAliveOptions {
  readonly clock: Clock;
  /** Asked before each wait. */
  readonly nextDelayMs: () => number;
  readonly ping: () => void;
  /** No answer in time: the flow has failed. */
  readonly onDead: () => void;
}

/** Asks a peer again and again whether it is there. @rfc 5626 §3.5.1, §4.4.1 */
export class KeepAlive {
  readonly #options: KeepAliveOptions;
  #timer: Timer;
  #isAwaited = false;

  constructor(options: KeepAliveOptions) {
    this.#options = options;
    this.#timer = this.#wait();
  }

  /** An answer came. @returns whether one was awaited. */
  pong(): boolean {
    if (!this.#isAwaited) return false;
    this.#isAwaited = false;
    this.#timer.cancel();
    this.#timer = this.#wait();
    return true;
  }

  stop(): void {
    this.#isAwaited = false;
    this.#timer.cancel();
  }

  #wait(): Timer {
    const { clock, nextDelayMs, ping, onDead } = this.#options;
    return clock.after(nextDelayMs(), () => {
      this.#isAwaited = true;
      this.#timer = clock.after(PONG_TIMEOUT_MS, onDead);
      ping();
    });
  }
}
