import type { Timer } from '../core/clock.ts';
import type { Disposable } from '../core/emitter.ts';
import { tokens } from '../message/headers/token-list.ts';
import type { SipMessage } from '../message/message.ts';
import type { AgentContext } from './context.ts';
import type { HeaderLine } from './header-line.ts';
import type { InDialogOptions } from './in-dialog-options.ts';
import type { Outcome } from './launch.ts';
import type { OfferAnswer } from './offer-answer.ts';
import type { Refusal } from './refusal.ts';
import type { ResponseResult } from './result.ts';
import {
  agreeAsServer,
  agreedByServer,
  agreementLines,
  askingLines,
  intervalRefusal,
  minimumOf,
  raisedBy,
  SMALLEST_INTERVAL_SEC,
  type SessionTimerPolicy,
  type TimerAgreement,
} from './session-timer.ts';

/** The session whose life is watched. */
export interface RefreshedSession {
  readonly context: AgentContext;
  readonly offers: OfferAnswer;
  readonly isOver: boolean;
  send(method: string, options: InDialogOptions, outcome: Outcome): void;
  /** Ends the call with BYE. */
  fail(reason: string): void;
}

/** What is agreed now. */
export interface RefreshState {
  readonly intervalSec: number;
  /** We refresh; otherwise the peer does. */
  readonly isOurs: boolean;
  /** `Clock.now()` at which the session expires unless it is refreshed. */
  readonly expiresMs: number;
}

/** The BYE leaves this long before the session expires, or a third of the interval where that is less. @rfc 4028 §10 */
const LONGEST_MARGIN_SEC = 32;

/** Time to another attempt where a refresh could not be sent or was refused, in milliseconds. */
const RETRY_MS = 2000;

const NOTHING: readonly HeaderLine[] = [];

/** Keeps one session alive, or notices that nobody does. @rfc 4028 */
export class SessionRefresh implements Disposable {
  readonly #session: RefreshedSession;
  #policy: SessionTimerPolicy;
  #state: RefreshState | undefined;
  #peerTakesUpdate = false;
  #refreshTimer: Timer | undefined;
  #expiryTimer: Timer | undefined;

  constructor(session: RefreshedSession, policy: SessionTimerPolicy) {
    this.#session = session;
    this.#policy = policy;
  }

  get state(): RefreshState | undefined {
    return this.#state;
  }

  /** What a message of the peer says about the methods it takes. @rfc 4028 §7.4 */
  learn(message: SipMessage): void {
    if (message.first('Allow') !== undefined)
      this.#peerTakesUpdate = tokens(message, 'Allow').includes('UPDATE');
  }

  /** Lines of an INVITE or UPDATE of ours: the roles stay as they are. @rfc 4028 §7.4 */
  requestLines(): readonly HeaderLine[] {
    const intervalSec = this.#state?.intervalSec ?? this.#policy.intervalSec;
    if (intervalSec === undefined) return NOTHING;
    const kept = this.#state && (this.#state.isOurs ? 'uac' : 'uas');
    return askingLines(intervalSec, minimumOf(this.#policy), kept ?? this.#policy.refresher);
  }

  /** The peer answered an INVITE or UPDATE of ours with 2xx. @rfc 4028 §7.2 */
  answered(response: SipMessage): void {
    this.learn(response);
    this.#agree(agreedByServer(response), 'uac');
  }

  /** The peer finds our interval too small. @returns whether asking again makes sense. @rfc 4028 §7.3 */
  raise(response: SipMessage): boolean {
    const intervalSec = this.#state?.intervalSec ?? this.#policy.intervalSec;
    const raisedSec = intervalSec === undefined ? undefined : raisedBy(response, intervalSec);
    if (raisedSec === undefined) return false;
    this.#policy = { ...this.#policy, intervalSec: raisedSec, minSec: raisedSec };
    if (this.#state !== undefined) this.#state = { ...this.#state, intervalSec: raisedSec };
    return true;
  }

  /** Whether a re-INVITE or UPDATE of the peer asks for too little. */
  refusal(request: SipMessage): Refusal | undefined {
    return intervalRefusal(request, this.#policy);
  }

  /** What our 2xx to an INVITE or UPDATE of the peer says; it takes effect with {@link answering}. */
  agreementFor(request: SipMessage): TimerAgreement | undefined {
    const current = this.#state && (this.#state.isOurs ? 'uas' : 'uac');
    return agreeAsServer(request, this.#policy, current);
  }

  /** Our 2xx goes out. @returns its lines. */
  answering(request: SipMessage): readonly HeaderLine[] {
    this.learn(request);
    const agreement = this.agreementFor(request);
    this.#agree(agreement, 'uas');
    return agreement === undefined ? NOTHING : agreementLines(agreement);
  }

  dispose(): void {
    this.#refreshTimer?.cancel();
    this.#expiryTimer?.cancel();
    this.#refreshTimer = undefined;
    this.#expiryTimer = undefined;
  }

  #agree(agreement: TimerAgreement | undefined, role: 'uac' | 'uas'): void {
    this.dispose();
    this.#state = undefined;
    if (agreement === undefined || this.#session.isOver) return;
    const { refresher } = agreement;
    const intervalSec = Math.max(agreement.intervalSec, SMALLEST_INTERVAL_SEC);
    const { clock } = this.#session.context;
    const expiresMs = clock.now() + intervalSec * 1000;
    this.#state = { intervalSec, isOurs: refresher === role, expiresMs };
    const marginSec = Math.min(LONGEST_MARGIN_SEC, intervalSec / 3);
    this.#expiryTimer = clock.after((intervalSec - marginSec) * 1000, () => {
      this.#session.fail('the session was not refreshed in time');
    });
    if (this.#state.isOurs) this.#refreshAfter((intervalSec / 2) * 1000);
  }

  #refreshAfter(delayMs: number): void {
    this.#refreshTimer?.cancel();
    this.#refreshTimer = this.#session.context.clock.after(delayMs, () => {
      this.#refresh(this.#peerTakesUpdate ? 'UPDATE' : 'INVITE');
    });
  }

  /** UPDATE without an offer changes nothing; a re-INVITE repeats the description we sent last, version and all. @rfc 4028 §7.4 */
  #refresh(method: 'UPDATE' | 'INVITE'): void {
    const { localSdp } = this.#session.offers;
    const options = method === 'UPDATE' || localSdp === undefined ? {} : { body: localSdp };
    this.#session.send(method, options, {
      onResult: (result) => {
        this.#refreshed(method, result);
      },
    });
  }

  /** A refresh that succeeded has armed the timers anew. */
  #refreshed(method: 'UPDATE' | 'INVITE', result: ResponseResult): void {
    if (this.#session.isOver || (result.kind === 'response' && result.status < 300)) return;
    const isUnknown = result.kind === 'response' && (result.status === 405 || result.status === 501);
    if (method === 'UPDATE' && isUnknown) {
      this.#peerTakesUpdate = false;
      this.#refresh('INVITE');
    } else this.#refreshAfter(RETRY_MS);
  }
}
