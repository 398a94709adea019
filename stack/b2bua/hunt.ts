import type { HeaderLine } from '../agent/header-line.ts';
import type { OutgoingCall } from '../agent/outgoing-call.ts';
import type { FinalResponse, ResponseResult } from '../agent/result.ts';
import type { Session } from '../agent/session.ts';
import type { Clock, Timer } from '../core/clock.ts';
import { bestResponse, type Final } from '../proxy/best-response.ts';
import { finalOf } from './failure.ts';
import type { BridgeTarget } from './options.ts';

export interface HuntOptions {
  readonly clock: Clock;
  readonly targets: readonly BridgeTarget[];
  readonly isParallel: boolean;
  /** A target that does not answer for so long is given up. */
  readonly ringMs: number;
  readonly dial: (target: BridgeTarget) => OutgoingCall;
  /** The first 2xx; everybody else is being given up. */
  readonly onAnswered: (session: Session, response: FinalResponse) => void;
  /** Nobody is left who could answer. */
  readonly onFailed: (best: Final) => void;
}

/** Told to those who lost. @rfc 3326 §2 */
const ELSEWHERE: readonly HeaderLine[] = [['Reason', 'SIP;cause=200;text="Call completed elsewhere"']];
const NO_ANSWER: readonly HeaderLine[] = [['Reason', 'SIP;cause=408;text="No answer"']];
const NO_TARGET: Final = { status: 404, message: undefined };

/** Calls the targets of one call, one after the other or all at once, until one of them answers. @rfc 3261 §16.7 */
export class Hunt {
  readonly #options: HuntOptions;
  readonly #waiting: BridgeTarget[];
  readonly #finals: Final[] = [];
  readonly #open = new Map<OutgoingCall, Timer>();
  /** Calls given up for their silence: their failure counts as 408. */
  readonly #silent = new Set<OutgoingCall>();
  #isOver = false;

  constructor(options: HuntOptions) {
    this.#options = options;
    this.#waiting = [...options.targets];
  }

  start(): void {
    do this.#dial();
    while (this.#options.isParallel && this.#waiting.length > 0 && !this.#isOver);
  }

  /** Gives everybody up. */
  cancel(lines: readonly HeaderLine[]): void {
    this.#isOver = true;
    for (const [call, timer] of this.#open) {
      timer.cancel();
      call.cancel(lines);
    }
    this.#open.clear();
  }

  #dial(): void {
    const { dial, clock, ringMs } = this.#options;
    const target = this.#waiting.shift();
    if (target === undefined) {
      this.#isOver = true;
      this.#options.onFailed(bestResponse(this.#finals) ?? NO_TARGET);
      return;
    }
    const call = dial(target);
    const timer = clock.after(ringMs, () => {
      this.#silent.add(call);
      call.cancel(NO_ANSWER);
    });
    this.#open.set(call, timer);
    call.onAnswered((session) => {
      this.#onAnswered(call, session);
    });
    call.onFailed((result) => {
      this.#onFailed(call, result);
    });
    if (call.state === 'failed')
      this.#onFailed(call, { kind: 'not-sent', code: 'ended', message: 'the agent was stopped' });
  }

  #onAnswered(call: OutgoingCall, session: Session): void {
    const response = call.answer;
    this.#open.get(call)?.cancel();
    this.#open.delete(call);
    if (this.#isOver || response === undefined) {
      session.hangUp();
      return;
    }
    this.cancel(ELSEWHERE);
    this.#options.onAnswered(session, response);
  }

  #onFailed(call: OutgoingCall, result: ResponseResult): void {
    const timer = this.#open.get(call);
    if (timer === undefined) return;
    timer.cancel();
    this.#open.delete(call);
    const final = this.#silent.has(call) ? { status: 408, message: undefined } : finalOf(result);
    this.#finals.push(final);
    // Nobody else will say anything better. @rfc 3261 §16.7 step 5
    if (final.status >= 600) {
      this.cancel(NO_LINES);
      this.#options.onFailed(final);
    } else if (this.#open.size === 0) this.#dial();
  }
}

const NO_LINES: readonly HeaderLine[] = [];
