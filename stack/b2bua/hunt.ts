import type { HeaderLine } from '../agent/header-line.ts';
import type { OutgoingCall } from '../agent/outgoing-call.ts';
import type { FinalResponse, ResponseResult } from '../agent/result.ts';
import type { Session } from '../agent/session.ts';
import type { Clock, Timer } from '../core/clock.ts';
import { bestResponse, type Final } from '../proxy/best-response.ts';
import type { Group } from '../proxy/target.ts';
import { finalOf } from './failure.ts';
import type { BridgeTarget } from './options.ts';

export interface HuntOptions {
  readonly clock: Clock;
  /** Those called at the same time, group after group; each is a list of ways to one device. */
  readonly groups: readonly Group<BridgeTarget>[];
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

/** Ways that lead nowhere: the next one to the same device is tried. @rfc 5626 §5.3.2, RFC 3263 §4.3 */
const NOWHERE: ReadonlySet<number> = new Set([430, 503]);

/** Somebody being called. */
interface Open {
  readonly timer: Timer;
  /** Further ways to the same device. */
  readonly others: readonly BridgeTarget[];
}

/** Calls the targets of one call, group after group, until one of them answers. @rfc 3261 §16.7 */
export class Hunt {
  readonly #options: HuntOptions;
  readonly #waiting: Group<BridgeTarget>[];
  readonly #finals: Final[] = [];
  readonly #open = new Map<OutgoingCall, Open>();
  /** Calls given up for their silence: their failure counts as 408. */
  readonly #silent = new Set<OutgoingCall>();
  #isStarting = false;
  #isOver = false;

  constructor(options: HuntOptions) {
    this.#options = options;
    this.#waiting = [...options.groups];
  }

  start(): void {
    this.#next();
  }

  /** Gives everybody up. */
  cancel(lines: readonly HeaderLine[]): void {
    this.#isOver = true;
    for (const [call, { timer }] of this.#open) {
      timer.cancel();
      call.cancel(lines);
    }
    this.#open.clear();
  }

  /** The next group; a call may fail while the others of its group are not made yet. */
  #next(): void {
    const group = this.#waiting.shift();
    if (group === undefined) {
      this.#isOver = true;
      this.#options.onFailed(bestResponse(this.#finals) ?? NO_TARGET);
      return;
    }
    this.#isStarting = true;
    for (const [target, ...others] of group)
      if (target !== undefined && !this.#isOver) this.#dial(target, others);
    this.#isStarting = false;
    this.#goOn();
  }

  /** On to the next group when nobody of this one is left. */
  #goOn(): void {
    if (this.#open.size === 0 && !this.#isStarting && !this.#isOver) this.#next();
  }

  #dial(target: BridgeTarget, others: readonly BridgeTarget[]): void {
    const { dial, clock, ringMs } = this.#options;
    const call = dial(target);
    const timer = clock.after(ringMs, () => {
      this.#silent.add(call);
      call.cancel(NO_ANSWER);
    });
    this.#open.set(call, { timer, others });
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
    this.#open.get(call)?.timer.cancel();
    this.#open.delete(call);
    if (this.#isOver || response === undefined) {
      session.hangUp();
      return;
    }
    this.cancel(ELSEWHERE);
    this.#options.onAnswered(session, response);
  }

  #onFailed(call: OutgoingCall, result: ResponseResult): void {
    const open = this.#open.get(call);
    if (open === undefined) return;
    open.timer.cancel();
    this.#open.delete(call);
    const final = this.#silent.has(call) ? { status: 408, message: undefined } : finalOf(result);
    const [way, ...others] = open.others;
    if (way !== undefined && NOWHERE.has(final.status)) {
      this.#dial(way, others);
      return;
    }
    this.#finals.push(final);
    // Nobody else will say anything better. @rfc 3261 §16.7 step 5
    if (final.status >= 600) {
      this.cancel(NO_LINES);
      this.#options.onFailed(final);
    } else this.#goOn();
  }
}

const NO_LINES: readonly HeaderLine[] = [];
