import { decodeText } from './frame.ts';
import type { Unsubscribe } from './unsubscribe.ts';

/** The receiving half every link shares: keeps what arrives before the first listener, tells of the end once. */
export class Inbox {
  readonly #maxFrameChars: number;
  #frameListeners: readonly ((frame: unknown) => void)[] = [];
  #closeListeners: readonly (() => void)[] = [];
  #waiting: unknown[] = [];
  #isClosed = false;

  constructor(maxFrameChars = Number.POSITIVE_INFINITY) {
    this.#maxFrameChars = maxFrameChars;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Listeners of both kinds. */
  get listenerCount(): number {
    return this.#frameListeners.length + this.#closeListeners.length;
  }

  /** @returns false when the text is larger than this end takes: its link must then be closed. */
  receive(text: unknown): boolean {
    if (this.#isClosed) return true;
    if (typeof text === 'string' && text.length > this.#maxFrameChars) return false;
    const frame = decodeText(text);
    if (this.#frameListeners.length === 0) this.#waiting.push(frame);
    for (const listener of this.#frameListeners) listener(frame);
    return true;
  }

  end(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const listeners = this.#closeListeners;
    this.#frameListeners = [];
    this.#closeListeners = [];
    this.#waiting = [];
    for (const listener of listeners) listener();
  }

  onFrame(listener: (frame: unknown) => void): Unsubscribe {
    if (this.#isClosed) return () => undefined;
    const entry = (frame: unknown): void => {
      listener(frame);
    };
    this.#frameListeners = [...this.#frameListeners, entry];
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const frame of waiting) entry(frame);
    return () => {
      this.#frameListeners = this.#frameListeners.filter((l) => l !== entry);
    };
  }

  /** A listener that comes after the end hears of it at once. */
  onClose(listener: () => void): Unsubscribe {
    if (this.#isClosed) {
      listener();
      return () => undefined;
    }
    const entry = (): void => {
      listener();
    };
    this.#closeListeners = [...this.#closeListeners, entry];
    return () => {
      this.#closeListeners = this.#closeListeners.filter((l) => l !== entry);
    };
  }
}
