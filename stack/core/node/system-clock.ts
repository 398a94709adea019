import type { Clock, Timer } from '../clock.ts';
import type { Disposable } from '../emitter.ts';
import { TimerWheel, type Ticker } from '../timer-wheel.ts';

/** How far the wall clock may run away from the monotonic one (a step by NTP or by hand, a suspended machine) before it is followed. */
const MAX_WALL_DRIFT_MS = 20;
const WALL_CHECK_INTERVAL_MS = 1000;

/** The clock of a running node, with what its owner may look at. */
export interface SystemClock extends Clock, Disposable {
  /** Timers armed and neither fired nor cancelled. */
  readonly pending: number;
}

/**
 * Real time: `performance.now()`, and one timer wheel over one `setTimeout`.
 * A live timer keeps the process alive as one of Node's would: a retransmission that is due must happen. When the last one fired or was
 * cancelled nothing does, so a program ends by itself once its sockets are closed and its transactions are over; `dispose()` cancels the rest.
 */
export function createSystemClock(): SystemClock {
  const wheel = new TimerWheel(new NodeTicker());
  const wall = new WallClock();
  return {
    now: () => performance.now(),
    wallMs: () => wall.read(),
    after: (delayMs: number, fire: () => void): Timer => wheel.after(delayMs, fire),
    get pending() {
      return wheel.pending;
    },
    dispose: () => {
      wheel.dispose();
    },
  };
}

class NodeTicker implements Ticker {
  #timeout: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #isNeeded = false;

  now(): number {
    return performance.now();
  }

  wakeIn(delayMs: number, wake: () => void): void {
    this.stop();
    if (delayMs === 0) {
      this.#immediate = setImmediate(wake);
    } else {
      this.#timeout = setTimeout(wake, delayMs);
    }
    if (!this.#isNeeded) this.hold(false);
  }

  hold(isNeeded: boolean): void {
    this.#isNeeded = isNeeded;
    if (isNeeded) {
      this.#timeout?.ref();
      this.#immediate?.ref();
    } else {
      this.#timeout?.unref();
      this.#immediate?.unref();
    }
  }

  stop(): void {
    clearTimeout(this.#timeout);
    clearImmediate(this.#immediate);
    this.#timeout = this.#immediate = undefined;
  }
}

/** Wall-clock time with the resolution of the monotonic clock: `Date.now()` alone would give all messages of a millisecond one time. */
class WallClock {
  #offsetMs = Date.now() - performance.now();
  #checkedAtMs = performance.now();

  read(): number {
    const nowMs = performance.now();
    if (nowMs - this.#checkedAtMs > WALL_CHECK_INTERVAL_MS) {
      this.#checkedAtMs = nowMs;
      const offsetMs = Date.now() - nowMs;
      if (Math.abs(offsetMs - this.#offsetMs) > MAX_WALL_DRIFT_MS) this.#offsetMs = offsetMs;
    }
    return this.#offsetMs + nowMs;
  }
}
