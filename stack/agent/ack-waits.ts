import type { Disposable } from '../core/emitter.ts';
import type { AgentContext } from './context.ts';
import { Resending } from './resending.ts';

interface AckWait {
  readonly cseqNumber: number;
  readonly resending: Resending;
}

const NONE: readonly AckWait[] = [];

/**
 * The 2xx responses to INVITE that wait for their ACK: sent again up to every T2, given up after 64*T1. The core does this and not the
 * transaction, over reliable transports too, because hops beyond the next may lose them.
 * @rfc 3261 §13.3.1.4
 */
export class AckWaits implements Disposable {
  #waits = NONE;

  get isEmpty(): boolean {
    return this.#waits.length === 0;
  }

  /** @param cseqNumber - that of the INVITE, which the ACK repeats. */
  add({ clock, timing }: AgentContext, cseqNumber: number, resend: () => void, onTimeout: () => void): void {
    const resending = new Resending({ clock, timing, longestMs: timing.t2Ms, resend, onTimeout });
    const wait = { cseqNumber, resending };
    this.#waits = this.#waits.length === 0 ? [wait] : [...this.#waits, wait];
  }

  /** An ACK came. @returns whether a 2xx waited for it. */
  settle(cseqNumber: number | undefined): boolean {
    const wait = this.#waits.find((w) => w.cseqNumber === cseqNumber);
    if (wait === undefined) return false;
    wait.resending.dispose();
    this.#waits = this.#waits.length === 1 ? NONE : this.#waits.filter((w) => w !== wait);
    return true;
  }

  dispose(): void {
    for (const { resending } of this.#waits) resending.dispose();
    this.#waits = NONE;
  }
}
