import { Emitter, type Disposable, type Unsubscribe } from '../core/emitter.ts';
import type { Timer } from '../core/clock.ts';
import type { Dialog } from '../dialog/dialog.ts';
import { cseq } from '../message/headers/cseq.ts';
import type { SipMessage } from '../message/message.ts';
import type { Route } from '../transaction/types.ts';
import { AckSender } from './ack-sender.ts';
import { AckWaits } from './ack-waits.ts';
import { sdpOf } from './body.ts';
import type { AgentContext } from './context.ts';
import { sendInDialog } from './in-dialog.ts';
import type { InDialogOptions } from './in-dialog-options.ts';
import type { Outcome } from './launch.ts';
import { OfferAnswer } from './offer-answer.ts';
import { PeerRequests } from './peer-requests.ts';
import type { NotSent, ResponseResult } from './result.ts';
import { ReliableResponses } from './reliable-responses.ts';
import { SessionRefresh, type RefreshState } from './session-refresh.ts';
import type { SessionTimerPolicy } from './session-timer.ts';

/** How a call ended. */
export interface SessionEnd {
  readonly by: 'local' | 'remote' | 'failure';
  /** One sentence. */
  readonly reason: string;
  /** The peer's BYE. */
  readonly bye?: SipMessage;
}

/** What a session needs to live. */
export interface SessionOptions {
  readonly context: AgentContext;
  readonly dialog: Dialog;
  readonly role: 'uac' | 'uas';
  /** The way to the peer over which the dialog was set up. */
  readonly flow: Route;
  /** Called once, when nothing of it is left. */
  readonly onGone: (session: Session) => void;
}

/** `ending`: our BYE is out, or waits for the ACK that must come before it. */
export type SessionState = 'early' | 'confirmed' | 'ending' | 'ended';

/** A BYE of ours on its way, or one that waits for an ACK. */
interface Bye {
  readonly end: SessionEnd;
  readonly options: InDialogOptions;
  readonly outcome: Outcome | undefined;
}

const HUNG_UP: SessionEnd = { by: 'local', reason: 'hung up here' };

/** A BYE nobody but the session asked for. */
const plainBye = (end: SessionEnd): Bye => ({ end, options: {}, outcome: undefined });

/**
 * An INVITE usage of a dialog: one call, seen from one side. It is the same for caller and callee once it is answered.
 * @rfc 3261 §12, §13, §14, §15
 */
export class Session implements Disposable {
  readonly context: AgentContext;
  readonly dialog: Dialog;
  readonly role: 'uac' | 'uas';
  readonly flow: Route;
  /** The descriptions of both sides, the open offer, and what broke the rules. */
  readonly offers = new OfferAnswer();
  readonly acks = new AckSender();
  /** What the peer asks. */
  readonly requests = new PeerRequests(this);
  readonly startMs: number;
  /** An INVITE of ours is open in this dialog. */
  hasOwnInvite = false;
  readonly #onGone: (session: Session) => void;
  #ended: Emitter<SessionEnd> | undefined;
  #confirmed: Emitter<Session> | undefined;
  #ending: Emitter<SessionEnd> | undefined;
  #acked: Emitter<SipMessage> | undefined;
  #retries: Map<() => void, Timer> | undefined;
  readonly #ackWaits = new AckWaits();
  #state: SessionState = 'early';
  #wantedBye: Bye | undefined;
  #refresh: SessionRefresh | undefined;
  #responses: ReliableResponses | undefined;

  constructor(options: SessionOptions) {
    this.context = options.context;
    this.dialog = options.dialog;
    this.role = options.role;
    this.flow = options.flow;
    this.startMs = options.context.clock.now();
    this.#onGone = options.onGone;
  }

  get state(): SessionState {
    return this.#state;
  }

  /** The call is over, or about to be. */
  get isOver(): boolean {
    return this.#state === 'ending' || this.#state === 'ended';
  }

  /** An INVITE of either side waits for its final response. */
  get isInviteOpen(): boolean {
    return this.hasOwnInvite || this.requests.invite !== undefined || this.#state === 'early';
  }

  /** The session timer, where one is agreed. @rfc 4028 */
  get timer(): RefreshState | undefined {
    return this.#refresh?.state;
  }

  /** The session timer's machinery; undefined while nobody asked for one. */
  get refresh(): SessionRefresh | undefined {
    return this.#refresh;
  }

  /** The sequence of reliable provisional responses of the peer. */
  get responses(): ReliableResponses {
    return (this.#responses ??= new ReliableResponses());
  }

  /** The initial INVITE has its 2xx. */
  onConfirmed(listener: (session: Session) => void): Unsubscribe {
    return (this.#confirmed ??= new Emitter()).on(listener);
  }

  /** The ACK of a 2xx of ours came; once for each INVITE. */
  onAcked(listener: (ack: SipMessage) => void): Unsubscribe {
    return (this.#acked ??= new Emitter()).on(listener);
  }

  /** Our BYE goes out, and {@link onEnded} follows with the same end. */
  onEnding(listener: (end: SessionEnd) => void): Unsubscribe {
    return (this.#ending ??= new Emitter()).on(listener);
  }

  onEnded(listener: (end: SessionEnd) => void): Unsubscribe {
    return (this.#ended ??= new Emitter()).on(listener);
  }

  /** Sends a request in the dialog. A re-INVITE or UPDATE that meets 491 is tried again after the wait of RFC 3261 §14.1. */
  request(method: string, options: InDialogOptions = {}): Promise<ResponseResult> {
    return new Promise((resolve) => {
      this.send(method, options, { onResult: resolve });
    });
  }

  /** {@link request} without a promise. A BYE ends the session when the RFC allows it: a callee's waits for the ACK. */
  send(method: string, options: InDialogOptions, outcome: Outcome): void {
    if (method !== 'BYE') sendInDialog(this, method, options, outcome);
    else if (this.isOver || (this.#state === 'early' && this.role === 'uas')) outcome.onResult(NO_BYE);
    else this.#byeWhenAllowed({ end: HUNG_UP, options, outcome });
  }

  /**
   * Ends the call with BYE. A callee waits for the ACK first; one that has not answered refuses the INVITE with 480. Harmless when it is over.
   * @rfc 3261 §15
   */
  hangUp(): void {
    if (this.isOver) return;
    if (this.#state === 'early' && this.role === 'uas') this.requests.invite?.refuse({ status: 480 });
    else this.#byeWhenAllowed(plainBye(HUNG_UP));
  }

  /** The initial INVITE has its 2xx. */
  confirm(): void {
    if (this.#state !== 'early') return;
    this.#state = 'confirmed';
    this.dialog.confirm();
    this.#confirmed?.emit(this);
  }

  /** Watches the session as the policy says. @rfc 4028 */
  useTimer(policy: SessionTimerPolicy): SessionRefresh {
    return (this.#refresh ??= new SessionRefresh(this, policy));
  }

  /** A 2xx to an INVITE of the peer went out and waits for its ACK. */
  awaitAck(cseqNumber: number, resend: () => void): void {
    this.confirm();
    this.#ackWaits.add(this.context, cseqNumber, resend, () => {
      this.context.log.info('no ACK came for the 2xx', { callId: this.dialog.callId });
      if (this.isOver) return;
      const end: SessionEnd = { by: 'failure', reason: 'no ACK within 64*T1' };
      this.#bye({ ...(this.#wantedBye ?? plainBye(end)), end });
    });
  }

  /** The ACK of a 2xx: an answer in it completes a late offer. @rfc 3261 §13.3.1.4 */
  onAck(ack: SipMessage): void {
    if (!this.#ackWaits.settle(cseq(ack)?.number)) return;
    const sdp = sdpOf(ack);
    if (sdp !== undefined) this.offers.received(sdp, 'ACK');
    else this.offers.missing('remote', 'ACK');
    this.#acked?.emit(ack);
    if (this.#wantedBye !== undefined && this.#ackWaits.isEmpty) this.#bye(this.#wantedBye);
  }

  /** BYE came and was answered: what else the peer waits for gets 487. @rfc 3261 §15.1.2 */
  onBye(bye: SipMessage): void {
    this.requests.refuseAll({ status: 487 });
    this.end({ by: 'remote', reason: 'hung up by the peer', bye });
  }

  /** Over, without a further message. Harmless when it is over already. */
  end(end: SessionEnd): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.dispose();
    this.dialog.terminate();
    this.#onGone(this);
    this.context.log.info('call ended', {
      callId: this.dialog.callId,
      by: end.by,
      reason: end.reason,
      durationMs: Math.round(this.context.clock.now() - this.startMs),
    });
    this.#wantedBye?.outcome?.onResult(NO_BYE);
    this.#ended?.emit(end);
  }

  /**
   * The peer's side of the call is gone or does not keep it alive: a BYE for form's sake, after the ACK where one is due, then over. Before the
   * answer a callee refuses the INVITE, and a caller waits for what its INVITE comes to.
   * @rfc 3261 §12.2.1.2, §15
   */
  fail(reason: string): void {
    if (this.isOver) return;
    if (this.#state !== 'early') this.#byeWhenAllowed(plainBye({ by: 'failure', reason }));
    else if (this.role === 'uas') this.requests.invite?.refuse({ status: 480 });
  }

  /** Runs `attempt` after `delayMs`, or when the session ends before: it will find out by itself. */
  retryAfter(delayMs: number, attempt: () => void): void {
    const retries = (this.#retries ??= new Map<() => void, Timer>());
    const timer = this.context.clock.after(delayMs, () => {
      retries.delete(attempt);
      attempt();
    });
    retries.set(attempt, timer);
  }

  dispose(): void {
    this.#ackWaits.dispose();
    this.#refresh?.dispose();
    this.requests.dispose();
    const retries = this.#retries;
    for (const [attempt, timer] of [...(retries ?? [])]) {
      retries?.delete(attempt);
      timer.cancel();
      attempt();
    }
  }

  #byeWhenAllowed(bye: Bye): void {
    if (this.#ackWaits.isEmpty) this.#bye(bye);
    else if (this.#wantedBye === undefined) this.#wantedBye = bye;
    else bye.outcome?.onResult(NO_BYE);
  }

  #bye({ end, options, outcome }: Bye): void {
    this.#wantedBye = undefined;
    this.#ackWaits.dispose();
    this.#refresh?.dispose();
    this.requests.refuseAll({ status: 487 });
    this.#state = 'ending';
    sendInDialog(this, 'BYE', options, {
      onResult: (result) => {
        outcome?.onResult(result);
        this.end(end);
      },
    });
    this.#ending?.emit(end);
  }
}

const NO_BYE: NotSent = { kind: 'not-sent', code: 'ended', message: 'the call is over or not answered' };
