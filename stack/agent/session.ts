import { Emitter, type Disposable, type Unsubscribe } from '../core/emitter.ts';
import type { Timer } from '../core/clock.ts';
import type { Dialog } from '../dialog/dialog.ts';
import { cseq } from '../message/headers/cseq.ts';
import type { SipMessage } from '../message/message.ts';
import type { Route } from '../transaction/types.ts';
import { AckSender } from './ack-sender.ts';
import { AckWait } from './ack-wait.ts';
import { sdpOf } from './body.ts';
import type { AgentContext } from './context.ts';
import { sendInDialog, type InDialogOptions } from './in-dialog.ts';
import type { Outcome } from './launch.ts';
import { OfferAnswer } from './offer-answer.ts';
import type { Refusal } from './refusal.ts';
import type { ResponseResult } from './result.ts';

/** How a call ended. */
export interface SessionEnd {
  readonly by: 'local' | 'remote' | 'failure';
  /** One sentence. */
  readonly reason: string;
}

/** A request of the peer that still waits for our final response. */
export interface OpenRequest {
  readonly method: string;
  /** Answers in place of its handler. */
  refuse(refusal: Refusal): void;
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

/** Longest random wait announced by Retry-After, in seconds. @rfc 3261 §14.2 */
const OVERLAP_RETRY_SEC = 10;

/**
 * An INVITE usage of a dialog: one call, seen from one side. It is the same for caller and callee once it is answered.
 * @rfc 3261 §12, §13, §14, §15
 */
export class Session implements Disposable {
  readonly context: AgentContext;
  readonly dialog: Dialog;
  readonly role: 'uac' | 'uas';
  readonly flow: Route;
  readonly offers = new OfferAnswer();
  readonly acks = new AckSender();
  readonly startMs: number;
  /** An INVITE of ours is open in this dialog. */
  hasOwnInvite = false;
  readonly #onGone: (session: Session) => void;
  readonly #ended = new Emitter<SessionEnd>();
  readonly #retries = new Map<() => void, Timer>();
  #state: SessionState = 'early';
  #peerInvite: OpenRequest | undefined;
  #peerRequests: Set<OpenRequest> | undefined;
  #ackWaits: readonly AckWait[] = [];
  #wantsBye = false;

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
    return this.hasOwnInvite || this.#peerInvite !== undefined;
  }

  onEnded(listener: (end: SessionEnd) => void): Unsubscribe {
    return this.#ended.on(listener);
  }

  /** Sends a request in the dialog. A re-INVITE that meets 491 is tried again after the wait of RFC 3261 §14.1. */
  request(method: string, options: InDialogOptions = {}): Promise<ResponseResult> {
    return new Promise((resolve) => {
      this.send(method, options, { onResult: resolve });
    });
  }

  /** {@link request} without a promise. A BYE ends the session; `hangUp` sends it when the RFC allows it. */
  send(method: string, options: InDialogOptions, outcome: Outcome): void {
    if (method === 'BYE') this.#bye({ by: 'local', reason: 'hung up here' }, options, outcome);
    else sendInDialog(this, method, options, outcome);
  }

  /**
   * Ends the call with BYE. A callee waits for the ACK first; one that has not answered refuses the INVITE with 480. Harmless when it is over.
   * @rfc 3261 §15
   */
  hangUp(): void {
    if (this.isOver) return;
    if (this.#state === 'early' && this.role === 'uas') {
      this.#peerInvite?.refuse({ status: 480 });
      return;
    }
    if (this.#ackWaits.length > 0) {
      this.#wantsBye = true;
      return;
    }
    this.#bye({ by: 'local', reason: 'hung up here' });
  }

  /** The initial INVITE has its 2xx. */
  confirm(): void {
    if (this.#state !== 'early') return;
    this.#state = 'confirmed';
    this.dialog.confirm();
  }

  /** A 2xx to an INVITE of the peer went out and waits for its ACK. */
  awaitAck(cseqNumber: number, resend: () => void): void {
    this.confirm();
    const { clock, timing } = this.context;
    const wait = new AckWait({
      clock,
      timing,
      cseqNumber,
      resend,
      onTimeout: () => {
        this.context.log.info('no ACK came for the 2xx', { callId: this.dialog.callId });
        if (!this.isOver) this.#bye({ by: 'failure', reason: 'no ACK within 64*T1' });
      },
    });
    this.#ackWaits = this.#ackWaits.length === 0 ? [wait] : [...this.#ackWaits, wait];
  }

  /** The ACK of a 2xx: an answer in it completes a late offer. @rfc 3261 §13.3.1.4 */
  onAck(ack: SipMessage): void {
    const number = cseq(ack)?.number;
    const wait = this.#ackWaits.find((w) => w.cseqNumber === number);
    if (wait === undefined) return;
    wait.dispose();
    this.#ackWaits = this.#ackWaits.length === 1 ? [] : this.#ackWaits.filter((w) => w !== wait);
    if (this.offers.state === 'local-offer') this.#completeLateOffer(ack);
    if (this.#wantsBye && this.#ackWaits.length === 0) {
      this.#bye({ by: 'local', reason: 'hung up here' });
    }
  }

  /** Whether a request of the peer may be served now; a refusal says why not. @rfc 3261 §12.2.2, §14.2, RFC 3311 §5.2 */
  admit(request: SipMessage, method: string): Refusal | undefined {
    if (this.dialog.accepts(request) === 'out-of-order') return { status: 500, reason: 'CSeq Out Of Order' };
    if (method === 'INVITE') {
      if (this.#peerInvite !== undefined) return this.#overlap();
      if (this.hasOwnInvite || this.offers.state === 'local-offer') return { status: 491 };
      return this.offers.state === 'remote-offer' ? this.#overlap() : undefined;
    }
    if (method !== 'UPDATE') return undefined;
    if (this.#hasOpen('UPDATE')) return this.#overlap();
    if (sdpOf(request) === undefined) return undefined;
    if (this.offers.state === 'remote-offer') return this.#overlap();
    return this.hasOwnInvite || this.offers.state === 'local-offer' ? { status: 491 } : undefined;
  }

  /** A request of the peer that changes target or media begins. @rfc 3261 §12.2.2 */
  begin(request: OpenRequest, message: SipMessage): void {
    if (request.method === 'INVITE') this.#peerInvite = request;
    else if (request.method !== 'UPDATE') return;
    if (this.#state !== 'early' || request.method === 'UPDATE') this.dialog.refreshTarget(message);
    const sdp = sdpOf(message);
    if (sdp !== undefined) this.offers.received(sdp);
  }

  /** Keeps a request whose handler answers later. */
  park(request: OpenRequest): void {
    (this.#peerRequests ??= new Set()).add(request);
  }

  /** A request of the peer has its final response, with this description in it. */
  finish(request: OpenRequest, status: number, sdp: string | undefined): void {
    this.#peerRequests?.delete(request);
    if (request.method === 'INVITE') this.#peerInvite = undefined;
    else if (request.method !== 'UPDATE') return;
    if (status < 300 && sdp !== undefined) this.offers.sent(sdp);
    else if (this.offers.state === 'remote-offer') this.offers.abandon();
  }

  /** BYE came and was answered: what else the peer waits for gets 487. @rfc 3261 §15.1.2 */
  onBye(): void {
    this.#refuseAll({ status: 487 });
    this.end({ by: 'remote', reason: 'hung up by the peer' });
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
    this.#ended.emit(end);
  }

  /** The peer's side of the dialog is gone (481, 408, no answer): a BYE for form's sake, then over. @rfc 3261 §12.2.1.2 */
  fail(reason: string): void {
    if (this.isOver) return;
    this.#bye({ by: 'failure', reason });
  }

  /** Runs `attempt` after `delayMs`, or when the session ends before: it will find out by itself. */
  retryAfter(delayMs: number, attempt: () => void): void {
    const timer = this.context.clock.after(delayMs, () => {
      this.#retries.delete(attempt);
      attempt();
    });
    this.#retries.set(attempt, timer);
  }

  dispose(): void {
    this.#dropWaits();
    for (const [attempt, timer] of [...this.#retries]) {
      this.#retries.delete(attempt);
      timer.cancel();
      attempt();
    }
  }

  #bye(end: SessionEnd, options: InDialogOptions = {}, outcome?: Outcome): void {
    this.#dropWaits();
    this.#refuseAll({ status: 487 });
    this.#state = 'ending';
    sendInDialog(this, 'BYE', options, {
      onResult: (result) => {
        outcome?.onResult(result);
        this.end(end);
      },
    });
  }

  /** A caller that owes its answer and sends none leaves the session without media. */
  #completeLateOffer(ack: SipMessage): void {
    const sdp = sdpOf(ack);
    if (sdp === undefined) this.offers.abandon();
    else this.offers.received(sdp);
  }

  #refuseAll(refusal: Refusal): void {
    this.#peerInvite?.refuse(refusal);
    for (const request of this.#peerRequests ?? []) request.refuse(refusal);
  }

  #hasOpen(method: string): boolean {
    for (const request of this.#peerRequests ?? []) if (request.method === method) return true;
    return false;
  }

  #overlap(): Refusal {
    const afterSec = Math.floor(this.context.ids.chance() * (OVERLAP_RETRY_SEC + 1));
    return { status: 500, headers: [['Retry-After', String(afterSec)]] };
  }

  #dropWaits(): void {
    for (const wait of this.#ackWaits) wait.dispose();
    this.#ackWaits = [];
  }
}
