import type { Clock, Timer } from '../core/clock.ts';
import type { SipMessage } from '../message/message.ts';
import type { ClientTransaction, ClientTransactionUser, Incoming, Route } from '../transaction/types.ts';
import type { Final } from './best-response.ts';
import type { Target } from './target.ts';

/** What a branch needs of the response context it belongs to. */
export interface BranchHost {
  readonly clock: Clock;
  readonly isInvite: boolean;
  readonly timerCMs: number;
  /** Finds the ways to a target, at once or later. */
  waysTo(target: Target, done: (ways: readonly Route[]) => void): void;
  /** Sends the copy for a target over one way. */
  launch(branch: Branch, target: Target, way: Route): ClientTransaction;
  onProvisional(status: number, message: SipMessage): void;
  onFinal(branch: Branch, final: Final): void;
}

/** Why a branch is cancelled. A branch that ran out of time counts as silent, whatever the callee says to the CANCEL. @rfc 3261 §16.8 */
export type CancelReason = 'unwanted' | 'no-answer';

/**
 * One copy of a request on its way: the ways to its target are tried until one answers, then, for a device with several flows, its other flows.
 * Tells its end exactly once.
 * @rfc 3261 §16.6 steps 7, 10, 11, §16.8, §16.9, RFC 3263 §4.3
 */
export class Branch implements ClientTransactionUser {
  /** Along how many branches at the same time its copy may be forked further down. @rfc 5393 §5.3.3 */
  readonly breadth: number;
  readonly #host: BranchHost;
  readonly #targets: readonly Target[];
  #target = -1;
  #ways: readonly Route[] = [];
  #way = -1;
  #transaction: ClientTransaction | undefined;
  #timerC: Timer | undefined;
  #hasAnswered = false;
  #cancelled: CancelReason | undefined;
  #isDone = false;

  /** @param targets - ways to one device, best first. */
  constructor(host: BranchHost, targets: readonly Target[], breadth: number) {
    this.breadth = breadth;
    this.#host = host;
    this.#targets = targets;
  }

  start(): void {
    this.#nextTarget({ status: 480, message: undefined });
  }

  /** Ends the branch early: an INVITE is cancelled as soon as that is allowed, other requests run out by themselves. @rfc 3261 §9.1, §16.10 */
  cancel(reason: CancelReason): void {
    if (this.#isDone || this.#cancelled !== undefined) return;
    this.#cancelled = reason;
    if (this.#transaction === undefined) this.#finish({ status: 487, message: undefined });
    else this.#transaction.cancel();
  }

  /** Forgets everything; nobody hears of it. */
  dispose(): void {
    this.#isDone = true;
    this.#timerC?.cancel();
  }

  onResponse({ message }: Incoming): void {
    const { startLine } = message;
    if (this.#isDone || startLine.kind !== 'response') return;
    const { status } = startLine;
    if (status < 200) {
      this.#hasAnswered = true;
      if (status > 100) {
        this.#armTimerC();
        this.#host.onProvisional(status, message);
      }
      return;
    }
    const final = { status, message };
    if (status === 503) this.#nextWay(final);
    else if (status === 430) this.#nextTarget(final);
    else this.#finish(final);
  }

  onTimeout(): void {
    const silence = { status: 408, message: undefined };
    if (this.#hasAnswered && this.#host.isInvite) this.#finish(silence);
    else this.#nextWay(silence);
  }

  onTransportFailed(): void {
    this.#nextWay(unreachable(this.#targets[this.#target]));
  }

  #nextTarget(failure: Final): void {
    const target = this.#cancelled === undefined ? this.#targets[++this.#target] : undefined;
    if (target === undefined) {
      this.#finish(failure);
      return;
    }
    this.#transaction = undefined;
    this.#host.waysTo(target, (ways) => {
      if (this.#isDone) return;
      this.#ways = ways;
      this.#way = -1;
      this.#nextWay(unreachable(target));
    });
  }

  #nextWay(failure: Final): void {
    if (this.#isDone) return;
    const target = this.#targets[this.#target];
    const way = this.#cancelled === undefined ? this.#ways[++this.#way] : undefined;
    if (target === undefined || way === undefined) {
      this.#nextTarget(failure);
      return;
    }
    this.#hasAnswered = false;
    this.#armTimerC();
    this.#transaction = this.#host.launch(this, target, way);
  }

  /** An INVITE that rings for ever ends. @rfc 3261 §16.6 step 11, §16.7 step 2, §16.8 */
  #armTimerC(): void {
    if (!this.#host.isInvite) return;
    this.#timerC?.cancel();
    this.#timerC = this.#host.clock.after(this.#host.timerCMs, () => {
      this.cancel('no-answer');
    });
  }

  #finish(final: Final): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#timerC?.cancel();
    const isGivenUp = this.#cancelled === 'no-answer' && final.status === 487;
    this.#host.onFinal(this, isGivenUp ? { status: 408, message: undefined } : final);
  }
}

/** A hop that cannot be reached counts as one that has answered 503. @rfc 3261 §16.9 */
function unreachable(target: Target | undefined): Final {
  return { status: target?.flowFailure ?? 503, message: undefined };
}
