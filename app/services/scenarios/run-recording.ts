import type { RunMessage } from '../../../scenarios/engine/run-trace.ts';
import { encodeBatch } from '../traffic/capture-batch.ts';

/** Who captured something, as Traffic names its lanes. */
export interface Captor {
  readonly id: string;
  readonly name: string;
}

/** Gives the messages of a run to the recording of Traffic, each actor under its own name. */
export class RunRecording {
  readonly #ingest: (batch: ArrayBuffer, captor: Captor) => void;
  readonly #run: Captor;
  #waiting: RunMessage[] = [];
  #next = 0;
  /** Octets on their way from one actor of the run to another: recorded where they were sent, not again where they came. */
  readonly #underWay = new Map<string, number>();

  constructor(run: Captor, ingest: (batch: ArrayBuffer, captor: Captor) => void) {
    this.#run = run;
    this.#ingest = ingest;
  }

  /** Takes a message when it crosses; the same one again, when a step has taken it, is nothing new. */
  add(message: RunMessage, nowMs: number): void {
    if (message.index < this.#next) return;
    this.#next = message.index + 1;
    const octets = Buffer.from(message.bytes).toString('latin1');
    const count = this.#underWay.get(octets) ?? 0;
    if (message.direction === 'out') this.#underWay.set(octets, count + 1);
    else if (count > 0) {
      this.#underWay.set(octets, count - 1);
      return;
    }
    this.#waiting.push({ ...message, atMs: nowMs });
  }

  /** Hands over what waits. */
  flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    // One after the other where the actor changes: the order of the messages is that of the wire.
    let from = 0;
    waiting.forEach(({ actor }, i) => {
      if (waiting[i + 1]?.actor === actor) return;
      const captor = { id: `${this.#run.id}-${actor}`, name: `${actor} (${this.#run.name})` };
      this.#ingest(encodeBatch(waiting.slice(from, i + 1)), captor);
      from = i + 1;
    });
  }
}
