/** Ends a subscription; harmless when called twice. */
export type Unsubscribe = () => void;

/** Something that holds timers, sockets or listeners and gives them back. */
export interface Disposable {
  dispose(): void;
}

/** Shared, because most emitters never have a listener. */
const NOBODY: readonly never[] = [];

/** One kind of event and its listeners. Listeners added or removed while an event is delivered count from the next one on. */
export class Emitter<T> {
  #listeners: readonly ((value: T) => void)[] = NOBODY;

  on(listener: (value: T) => void): Unsubscribe {
    const entry = (value: T): void => {
      listener(value);
    };
    this.#listeners = [...this.#listeners, entry];
    return () => {
      this.#listeners = this.#listeners.filter((l) => l !== entry);
    };
  }

  emit(value: T): void {
    for (const listener of this.#listeners) listener(value);
  }

  get listenerCount(): number {
    return this.#listeners.length;
  }
}
