import type { StepInfo } from './program.ts';

/** An actor that is held, and the step it is held before. */
export interface Held {
  readonly actor: string;
  readonly step: StepInfo;
}

/** A dialog of an actor as it is now. */
export interface DialogView {
  readonly actor: string;
  readonly name: string;
  readonly state: 'early' | 'confirmed' | 'ended';
  readonly callId: string;
  /** Empty while there is none. */
  readonly localTag: string;
  readonly remoteTag: string;
}

/** What a run looks like from outside; every answer is of this moment. */
export interface RunView {
  readonly held: readonly Held[];
  readonly variables: Readonly<Record<string, string | number | boolean>>;
  readonly dialogs: readonly DialogView[];
}

/**
 * The hand of a debugger on a run: every actor stops before each of its steps until it is let go. As long as one is held, time stands still for
 * the whole run: nothing times out and nothing is sent again, but what comes is kept.
 */
export class Gate {
  #isOpen = false;
  #release: (actor: string) => void = () => undefined;
  #held: () => readonly Held[] = () => [];

  /** Called by the run it is of. */
  attach(held: () => readonly Held[], release: (actor: string) => void): void {
    this.#held = held;
    this.#release = release;
  }

  get held(): readonly Held[] {
    return this.#held();
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Lets the actor that is held, or every one, do its step; it stops before the next. @returns whether one was held. */
  step(actor?: string): boolean {
    const held = this.#held().filter((one) => actor === undefined || one.actor === actor);
    for (const one of held) this.#release(one.actor);
    return held.length > 0;
  }

  /** Lets every actor go on to the end. */
  open(): void {
    this.#isOpen = true;
    this.step();
  }
}
