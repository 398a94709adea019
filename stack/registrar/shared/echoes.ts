import type { Clock } from '../../core/clock.ts';

/** Longest wait for a change that is stored already to be told: its announcement is as good as there. */
const PATIENCE_MS = 200;

/** Waits until this process has heard of its own changes, so that its listeners never lag behind its answers. */
export class Echoes {
  readonly #clock: Clock;
  readonly #expected = new Map<string, (() => void) | undefined>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** To be called before the change is made: the announcement may come before its acknowledgement. */
  expect(id: string): void {
    this.#expected.set(id, undefined);
  }

  /** The change was not made. */
  forget(id: string): void {
    this.#expected.delete(id);
  }

  hear(id: string): void {
    const go = this.#expected.get(id);
    this.#expected.delete(id);
    go?.();
  }

  /** Resolves once the change was heard, or after a moment without it. */
  heard(id: string): Promise<void> {
    if (!this.#expected.has(id)) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = this.#clock.after(PATIENCE_MS, () => {
        this.hear(id);
      });
      this.#expected.set(id, () => {
        timer.cancel();
        resolve();
      });
    });
  }

  /** Nothing more will be heard for now. */
  giveUp(): void {
    for (const id of [...this.#expected.keys()]) this.hear(id);
  }
}
