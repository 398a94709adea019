import type { Decision } from '../../contract/operator.ts';

/** Senders and methods that are remembered; past this the oldest is forgotten. */
const MAX_REMEMBERED = 1000;

/** Decisions that are taken again by themselves. */
export class Remembered {
  readonly #decisions = new Map<string, Decision>();

  get(key: string): Decision | undefined {
    return this.#decisions.get(key);
  }

  /** A description belongs to the call it was written for; it is not repeated. */
  remember(key: string, decision: Decision): void {
    this.#decisions.delete(key);
    this.#decisions.set(key, { ...decision, sdp: undefined });
    const [oldest] = this.#decisions.keys();
    if (this.#decisions.size > MAX_REMEMBERED && oldest !== undefined) this.#decisions.delete(oldest);
  }

  forget(key: string): void {
    this.#decisions.delete(key);
  }
}
