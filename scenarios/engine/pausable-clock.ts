import type { Clock, Timer } from '../../stack/core/clock.ts';

interface Armed {
  readonly dueMs: number;
  readonly fire: () => void;
  real: Timer | undefined;
}

/** A clock that can stand still: what waits then goes on waiting as long as it had to. The wall clock goes on. */
export class PausableClock implements Clock {
  readonly #base: Clock;
  readonly #armed = new Set<Armed>();
  /** How much of the time of the base was spent standing still. */
  #stoodMs = 0;
  #stoppedAtMs: number | undefined;

  constructor(base: Clock) {
    this.#base = base;
  }

  now(): number {
    return this.#stoppedAtMs ?? this.#base.now() - this.#stoodMs;
  }

  wallMs(): number {
    return this.#base.wallMs();
  }

  after(delayMs: number, fire: () => void): Timer {
    const armed: Armed = { dueMs: this.now() + delayMs, fire, real: undefined };
    this.#armed.add(armed);
    if (this.#stoppedAtMs === undefined) this.#arm(armed);
    return {
      cancel: () => {
        this.#armed.delete(armed);
        armed.real?.cancel();
      },
    };
  }

  pause(): void {
    if (this.#stoppedAtMs !== undefined) return;
    this.#stoppedAtMs = this.now();
    for (const armed of this.#armed) armed.real?.cancel();
  }

  resume(): void {
    if (this.#stoppedAtMs === undefined) return;
    this.#stoodMs = this.#base.now() - this.#stoppedAtMs;
    this.#stoppedAtMs = undefined;
    for (const armed of [...this.#armed].sort((a, b) => a.dueMs - b.dueMs)) this.#arm(armed);
  }

  #arm(armed: Armed): void {
    armed.real = this.#base.after(Math.max(0, armed.dueMs - this.now()), () => {
      this.#armed.delete(armed);
      armed.fire();
    });
  }
}
