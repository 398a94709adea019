/** Does things about the same name one after the other, those about others meanwhile. */
export class Lanes {
  readonly #last = new Map<string, Promise<unknown>>();

  run<T>(name: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name);
    const own = before === undefined ? work() : before.then(work, work);
    this.#last.set(name, own);
    const clear = (): void => {
      if (this.#last.get(name) === own) this.#last.delete(name);
    };
    own.then(clear, clear);
    return own;
  }
}
