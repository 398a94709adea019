/** Answers kept by id, the least recently used ones forgotten; a question on its way is asked once. */
export class AnswerCache<T> {
  readonly #ask: (id: number) => Promise<T>;
  readonly #limit: number;
  readonly #answers = new Map<number, T>();
  readonly #asked = new Map<number, Promise<T>>();

  constructor(ask: (id: number) => Promise<T>, limit: number) {
    this.#ask = ask;
    this.#limit = limit;
  }

  /** The answer, when it is here already. */
  peek(id: number): T | undefined {
    const answer = this.#answers.get(id);
    if (answer !== undefined) {
      this.#answers.delete(id);
      this.#answers.set(id, answer);
    }
    return answer;
  }

  /** The answer, asked for when needed; a failure is not kept. */
  get(id: number): Promise<T> {
    const known = this.peek(id);
    if (known !== undefined) return Promise.resolve(known);
    const running = this.#asked.get(id);
    if (running !== undefined) return running;
    const asked = this.#ask(id)
      .then((answer) => {
        this.#keep(id, answer);
        return answer;
      })
      .finally(() => this.#asked.delete(id));
    this.#asked.set(id, asked);
    return asked;
  }

  /** Asks anew next time. */
  forget(id: number): void {
    this.#answers.delete(id);
  }

  get size(): number {
    return this.#answers.size;
  }

  #keep(id: number, answer: T): void {
    this.#answers.set(id, answer);
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > this.#limit && oldest !== undefined) this.#answers.delete(oldest);
  }
}
