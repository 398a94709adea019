import type { Dialog } from '../dialog/dialog.ts';
import { rack } from '../message/headers/reliability.ts';
import type { SipMessage } from '../message/message.ts';
import { sdpOf } from './body.ts';
import type { AgentContext } from './context.ts';
import { ANSWER_SLOT, type OfferAnswer } from './offer-answer.ts';
import type { Refusal } from './refusal.ts';
import type { ReliableProvisionals } from './reliable-provisionals.ts';
import type { SessionRefresh } from './session-refresh.ts';
import { intervalRefusal, type SessionTimerPolicy } from './session-timer.ts';

/** A request of the peer that still waits for our final response. */
export interface OpenRequest {
  readonly method: string;
  readonly message: SipMessage;
  /** It was admitted: its descriptions count. */
  hasBegun: boolean;
  /** Answers in place of its handler. */
  refuse(refusal: Refusal): void;
}

/** The session whose requests these are. */
export interface RequestedSession {
  readonly context: AgentContext;
  readonly dialog: Dialog;
  readonly offers: OfferAnswer;
  /** An INVITE of ours is open. */
  readonly hasOwnInvite: boolean;
  readonly state: 'early' | 'confirmed' | 'ending' | 'ended';
  readonly refresh: SessionRefresh | undefined;
}

/** Longest random wait announced by Retry-After, in seconds. @rfc 3261 §14.2 */
export const OVERLAP_RETRY_SEC = 10;

/** Requests whose Contact is the peer's new target. @rfc 3261 §12.2.2, RFC 3311 §5.2 */
const TARGETED: ReadonlySet<string> = new Set(['INVITE', 'UPDATE']);

/** The requests of the peer in one session: which may be served now, and which wait for an answer. @rfc 3261 §12.2.2, §14.2 */
export class PeerRequests {
  readonly #session: RequestedSession;
  #invite: OpenRequest | undefined;
  #others: Set<OpenRequest> | undefined;
  #provisionals: ReliableProvisionals | undefined;
  /** The INVITE is not the one that made the dialog. */
  #isReInvite = false;
  /** The PRACK under way is refused, and acknowledges its response all the same. */
  #isPrackRefused = false;
  /** How our answers want the session watched. */
  timerPolicy: SessionTimerPolicy | undefined;

  constructor(session: RequestedSession) {
    this.#session = session;
  }

  /** The INVITE that waits for its final response. */
  get invite(): OpenRequest | undefined {
    return this.#invite;
  }

  /** The reliable provisional responses to the latest INVITE. */
  set provisionals(provisionals: ReliableProvisionals | undefined) {
    this.#provisionals?.dispose();
    this.#provisionals = provisionals;
  }

  /** Whether a request may be served now; a refusal says why not. @rfc 3261 §12.2.2, §14.2, RFC 3262 §3, RFC 3311 §5.2 */
  admit(request: SipMessage, method: string): Refusal | undefined {
    if (this.#session.dialog.accepts(request) === 'out-of-order') {
      return { status: 500, reason: 'CSeq Out Of Order' };
    }
    switch (method) {
      case 'INVITE':
        return this.#admitInvite() ?? this.#admitInterval(request);
      case 'UPDATE':
        return this.#admitUpdate(request) ?? this.#admitInterval(request);
      case 'PRACK':
        return this.#admitPrack(request);
      default:
        return undefined;
    }
  }

  /** A request that may change target or media begins. @rfc 3261 §12.2.2 */
  begin(request: OpenRequest): void {
    const { method, message } = request;
    const { offers, state } = this.#session;
    request.hasBegun = true;
    if (method === 'INVITE') {
      this.#invite = request;
      this.#isReInvite = state !== 'early';
      offers.invite();
    }
    if (method !== 'INVITE' && method !== 'UPDATE' && method !== 'PRACK') return;
    const sdp = sdpOf(message);
    if (sdp !== undefined) offers.received(sdp, method);
    else offers.missing('remote', method);
  }

  /** Keeps a request whose handler answers later. */
  park(request: OpenRequest): void {
    if (request.method !== 'INVITE') (this.#others ??= new Set()).add(request);
  }

  /**
   * A 2xx or a reliable provisional response to a request goes out: the peer's new target counts from now on, and stays whatever follows.
   * @rfc 3261 §12.2.2, RFC 6141 §4.6
   */
  execute(request: OpenRequest): void {
    if (request !== this.#invite || this.#isReInvite) this.#session.dialog.refreshTarget(request.message);
  }

  /** A request has its final response, with this description in it. */
  finish(request: OpenRequest, status: number, sdp: string | undefined): void {
    const { method } = request;
    const { offers } = this.#session;
    this.#others?.delete(request);
    if (!request.hasBegun) {
      if (method === 'PRACK' && this.#isPrackRefused) this.#prackAnswered();
      return;
    }
    if (status < 300 && TARGETED.has(method)) this.execute(request);
    if (method === 'INVITE') {
      this.#invite = undefined;
      this.#provisionals?.finish();
    }
    const slot = ANSWER_SLOT.get(method);
    if (slot === undefined) return;
    if (status >= 300) offers.rollBack(method, 'local');
    else if (sdp !== undefined) offers.sent(sdp, slot);
    else offers.missing('local', slot);
    if (method === 'PRACK') this.#prackAnswered();
  }

  refuseAll(refusal: Refusal): void {
    this.#invite?.refuse(refusal);
    for (const request of this.#others ?? []) request.refuse(refusal);
  }

  dispose(): void {
    this.#provisionals?.dispose();
  }

  #prackAnswered(): void {
    this.#isPrackRefused = false;
    this.#provisionals?.prackAnswered();
  }

  #admitInvite(): Refusal | undefined {
    const { hasOwnInvite, offers } = this.#session;
    if (this.#invite !== undefined) return this.#overlap();
    if (hasOwnInvite || offers.state === 'local-offer') return { status: 491 };
    return offers.state === 'remote-offer' ? this.#overlap() : undefined;
  }

  #admitUpdate(request: SipMessage): Refusal | undefined {
    const { hasOwnInvite, offers } = this.#session;
    if (this.#hasOpen('UPDATE')) return this.#overlap();
    if (sdpOf(request) === undefined) return undefined;
    if (offers.state === 'remote-offer') return this.#overlap();
    const isGlare = offers.state === 'local-offer' || (hasOwnInvite && !offers.isInviteSettled);
    return isGlare ? { status: 491 } : undefined;
  }

  #admitInterval(request: SipMessage): Refusal | undefined {
    const { refresh } = this.#session;
    if (refresh !== undefined) return refresh.refusal(request);
    return this.timerPolicy && intervalRefusal(request, this.timerPolicy);
  }

  /** An offer while another one is open is refused; the response it is for came all the same. @rfc 3262 §3, §5, RFC 6337 §2 */
  #admitPrack(request: SipMessage): Refusal | undefined {
    const acknowledged = rack(request);
    if (acknowledged === undefined) return { status: 400, reason: 'Missing RAck' };
    if (this.#provisionals?.acknowledge(acknowledged) !== true) return { status: 481 };
    const { offers } = this.#session;
    if (sdpOf(request) === undefined || offers.state === 'stable') return undefined;
    if (offers.admits('remote', 'PRACK')) return undefined;
    this.#isPrackRefused = true;
    return offers.state === 'local-offer' ? { status: 491 } : this.#overlap();
  }

  #hasOpen(method: string): boolean {
    for (const request of this.#others ?? []) if (request.method === method) return true;
    return false;
  }

  #overlap(): Refusal {
    const afterSec = Math.floor(this.#session.context.ids.chance() * (OVERLAP_RETRY_SEC + 1));
    return { status: 500, headers: [['Retry-After', String(afterSec)]] };
  }
}
