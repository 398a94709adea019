import type { Timer } from '../core/clock.ts';
import type { Disposable } from '../core/emitter.ts';
import type { Dialog } from '../dialog/dialog.ts';
import { DialogStore } from '../dialog/dialog-store.ts';
import { rack } from '../message/headers/reliability.ts';
import type { SipMessage } from '../message/message.ts';
import type { AgentContext } from './context.ts';
import type { ReliableProvisionals } from './reliable-provisionals.ts';

/**
 * Reliable provisional responses of calls that were refused before their PRACK came: the PRACK on its way is still taken.
 * @rfc 3262 §3
 */
export class LatePracks implements Disposable {
  readonly #context: AgentContext;
  readonly #expected = new DialogStore<ReliableProvisionals>();
  readonly #timers = new Set<Timer>();

  constructor(context: AgentContext) {
    this.#context = context;
  }

  /** Keeps what a refused call still expects for 64*T1. */
  expect(dialog: Dialog, provisionals: ReliableProvisionals): void {
    const { clock, timing } = this.#context;
    this.#expected.set(dialog, provisionals);
    const timer = clock.after(64 * timing.t1Ms, () => {
      this.#timers.delete(timer);
      this.#expected.delete(dialog);
    });
    this.#timers.add(timer);
  }

  /** Whether a PRACK without a call acknowledges one of them. */
  takes(prack: SipMessage): boolean {
    const acknowledged = rack(prack);
    return acknowledged !== undefined && this.#expected.ofRequest(prack)?.acknowledge(acknowledged) === true;
  }

  dispose(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }
}
