import type { CallOptions } from '../agent/call-options.ts';
import type { Reply, ServerRequest } from '../agent/handler.ts';
import type { HeaderLine } from '../agent/header-line.ts';
import type { OutgoingCall } from '../agent/outgoing-call.ts';
import type { ReliableProvisional } from '../agent/provisional.ts';
import type { FinalResponse } from '../agent/result.ts';
import type { Session, SessionEnd } from '../agent/session.ts';
import { RELIABLE } from '../agent/reliable-provisionals.ts';
import { TIMER, type SessionTimerPolicy } from '../agent/session-timer.ts';
import type { UserAgent } from '../agent/user-agent.ts';
import { sdpOf } from '../agent/body.ts';
import { Emitter, type Unsubscribe } from '../core/emitter.ts';
import { toHeader } from '../message/headers/name-addr.ts';
import { sessionExpires } from '../message/headers/session-timer.ts';
import { callId, maxForwards } from '../message/headers/simple.ts';
import type { SipMessage } from '../message/message.ts';
import { shownStatus } from './failure.ts';
import { Hunt } from './hunt.ts';
import { identitiesFor } from './identities.ts';
import type { BridgePolicies, BridgeRoute, BridgeTarget } from './options.ts';
import {
  refuseWith,
  replyOf,
  requestOptions,
  sdpBack,
  sdpOn,
  whenAcked,
  type Passage,
  type Relayed,
} from './relay.ts';
import { relayInvite, relayPrack, relayUpdate } from './relay-change.ts';
import { ReferIds, relayOther } from './relay-other.ts';
import { ReliableBridge } from './reliable-bridge.ts';

/** Longest ringing of one target, in milliseconds: timer C of a proxy. @rfc 3261 §16.6 step 11 */
const RING_MS = 180_000;
const MAX_REDIRECTS = 5;
const MAX_FORWARDS = 70;

/** What a bridged call needs of its bridge. */
export interface BridgeHost {
  readonly agent: UserAgent;
  readonly policies: BridgePolicies;
  /** Tells the call of the dialogs with this Call-ID and tag of ours. */
  expect(callId: string, localTag: string, call: BridgedCall): void;
  /** No dialog with them comes to be any more. */
  unexpect(callId: string, localTag: string): void;
  onOver(call: BridgedCall): void;
}

export type BridgedCallState = 'calling' | 'ringing' | 'answered' | 'ended';

/** How a bridged call ended. */
export interface BridgeEnd {
  /** Whose BYE, CANCEL or refusal it was; `bridge` for a leg that died or a call that went nowhere. */
  readonly by: 'caller' | 'callee' | 'bridge';
  /** The status the caller heard, for a call that was not answered; 487 for one that the caller gave up. */
  readonly status?: number;
  /** One sentence. */
  readonly reason: string;
}

type Side = 'caller' | 'callee';

/** Two legs and what passes between them. @rfc 7092 §3.2 */
export class BridgedCall {
  readonly id: string;
  readonly startMs: number;
  readonly #host: BridgeHost;
  readonly #invite: ServerRequest;
  readonly #on: Passage;
  readonly #callId: string;
  readonly #answered = new Emitter<BridgedCall>();
  readonly #ended = new Emitter<BridgeEnd>();
  readonly #refers = new ReferIds();
  /** What PRACKs belong to, by the leg they come from. */
  readonly #reliable: Record<Side, ReliableBridge | undefined>;
  /** Dialogs of the callee's leg. */
  readonly #forks = new Set<Session>();
  #hunt: Hunt | undefined;
  #hasOneTarget = false;
  #state: BridgedCallState = 'calling';
  #caller: Session | undefined;
  #callee: Session | undefined;
  /** The fork whose reliable responses are bridged. */
  #bridgedFork: Session | undefined;
  #release: ((sdp: string | undefined) => void) | undefined;

  constructor(host: BridgeHost, invite: ServerRequest) {
    this.#host = host;
    this.#invite = invite;
    this.#on = { policies: host.policies, from: 'caller' };
    this.#reliable = { caller: new ReliableBridge(invite), callee: undefined };
    this.id = invite.ids.token(16);
    this.startMs = invite.clock.now();
    this.#callId = callId(invite.message) ?? '';
    host.expect(this.#callId, invite.localTag, this);
    invite.onAbandoned((cancel) => {
      const reasons = reasonsOf(cancel);
      this.#hunt?.cancel(reasons);
      if (this.#callee !== undefined) endLeg(this.#callee, reasons);
      this.#end({ by: 'caller', status: 487, reason: 'given up by the caller' });
    });
  }

  get state(): BridgedCallState {
    return this.#state;
  }

  /** The INVITE that began it. */
  get invite(): SipMessage {
    return this.#invite.message;
  }

  /** The caller's leg, from the first response that makes a dialog. */
  get caller(): Session | undefined {
    return this.#caller;
  }

  /** The callee's leg, once it is answered. */
  get callee(): Session | undefined {
    return this.#callee;
  }

  onAnswered(listener: (call: BridgedCall) => void): Unsubscribe {
    return this.#answered.on(listener);
  }

  /** Called once. */
  onEnded(listener: (end: BridgeEnd) => void): Unsubscribe {
    return this.#ended.on(listener);
  }

  /** Ends both legs, in whatever state they are. */
  hangUp(): void {
    if (this.#state === 'ended') return;
    this.#hunt?.cancel([]);
    if (!this.#invite.isAnswered) this.#invite.respond(480);
    for (const leg of [this.#caller, this.#callee]) if (leg !== undefined) endLeg(leg, []);
    this.#end({ by: 'bridge', reason: 'hung up here' });
  }

  /** Calls whom the route names. */
  start(route: BridgeRoute): void {
    if (this.#invite.isAnswered) return;
    if (!('targets' in route)) {
      this.#invite.respond(route.status, route);
      this.#end({ by: 'bridge', status: route.status, reason: 'refused by the route' });
      return;
    }
    const { targets, isParallel = false } = route;
    this.#hasOneTarget = targets.length === 1;
    this.#hunt = new Hunt({
      clock: this.#invite.clock,
      targets,
      isParallel,
      ringMs: this.#host.policies.ringMs ?? RING_MS,
      dial: (target) => this.#dial(target),
      onAnswered: (session, response) => {
        this.#connect(session, response);
      },
      onFailed: ({ status, message }) => {
        this.#reliable.caller?.settle(false);
        const isRedirection = status >= 300 && status < 400;
        const shown = isRedirection ? 480 : status;
        refuseWith(this.#on, this.#invite, shown, isRedirection ? undefined : message);
        this.#end({ by: 'callee', status: shownStatus(shown), reason: `answered ${status}` });
      },
    });
    this.#hunt.start();
  }

  /** A dialog of one of the legs has come to be. */
  adopt(session: Session): void {
    const isCaller = session.role === 'uas';
    if (isCaller) this.#caller = session;
    else this.#forks.add(session);
    const over = (end: SessionEnd): void => {
      this.#onLegOver(session, end);
    };
    session.onEnding(over);
    session.onEnded((end) => {
      this.#forks.delete(session);
      over(end);
    });
  }

  /** A request in the dialog of one leg. */
  take(request: ServerRequest, source: Session): void {
    const from: Side = source === this.#caller ? 'caller' : 'callee';
    const target =
      from === 'callee' ? this.#caller : (this.#callee ?? this.#bridgedFork ?? [...this.#forks].at(-1));
    if (target === undefined || target.isOver) {
      request.respond(this.#state === 'ended' ? 481 : 500);
      return;
    }
    const relayed: Relayed = { policies: this.#host.policies, from, request, source, target };
    switch (request.method) {
      case 'INVITE':
        this.#reliable[from] = relayInvite(relayed);
        return;
      case 'UPDATE':
        relayUpdate(relayed);
        return;
      case 'PRACK':
        relayPrack(relayed, this.#reliable[from]);
        return;
      default:
        relayOther(relayed, this.#refers);
    }
  }

  #dial(target: BridgeTarget): OutgoingCall {
    const { agent, policies } = this.#host;
    const { message } = this.#invite;
    const { headers } = requestOptions(this.#on, this.#invite);
    const sdp = sdpOn(this.#on, this.#invite, message);
    const sessionTimer = this.#askedTimer();
    const hops = (maxForwards(message) ?? MAX_FORWARDS + 1) - 1;
    const options: CallOptions = {
      ...identitiesFor(message, policies.headers?.identities),
      target: target.uri,
      headers: [['Max-Forwards', String(hops)], ...headers],
      maxRedirects: policies.maxRedirects ?? MAX_REDIRECTS,
      supported: this.#supported(sdp !== undefined),
      answerLater: (_offer, send) => {
        this.#release = send;
      },
      onReliable: (provisional) => this.#onReliable(provisional),
      ...(target.nextHop === undefined ? {} : { nextHop: target.nextHop }),
      ...(target.protocol === undefined ? {} : { protocol: target.protocol }),
      ...(sdp === undefined ? {} : { sdp }),
      ...(sessionTimer === undefined ? {} : { sessionTimer }),
    };
    const call = agent.call(options);
    const { callId: id, fromTag } = call.ids;
    this.#host.expect(id, fromTag, this);
    const settle = (): void => {
      this.#host.unexpect(id, fromTag);
    };
    call.onAnswered(settle);
    call.onFailed(settle);
    call.onProvisional(({ status, incoming }) => {
      if (status === 100 || this.#invite.isAnswered) return;
      this.#state = 'ringing';
      if (this.#isBridged(incoming.message)) return;
      this.#reliable.caller?.tell(status, this.#early(incoming.message));
    });
    return call;
  }

  /** Without 100rel on the caller's side nobody could answer an offer in a reliable response. @rfc 3262 §5 */
  #supported(hasOffer: boolean): readonly string[] {
    const isReliable = hasOffer || (this.#hasOneTarget && this.#reliable.caller?.knows !== 'none');
    const isTimed = this.#host.policies.sessionTimer !== 'off';
    return [...(isReliable ? [RELIABLE] : []), ...(isTimed ? [TIMER] : [])];
  }

  #askedTimer(): SessionTimerPolicy | undefined {
    const { sessionTimer = {} } = this.#host.policies;
    if (sessionTimer === 'off') return undefined;
    const intervalSec = sessionTimer.intervalSec ?? sessionExpires(this.#invite.message)?.deltaSec;
    return intervalSec === undefined ? sessionTimer : { ...sessionTimer, intervalSec };
  }

  /** Passes it on where it can be reliable on both legs; else it is acknowledged here. */
  #onReliable(provisional: ReliableProvisional): undefined {
    const { message } = provisional.incoming;
    const reliable = this.#reliable.caller;
    if (reliable === undefined || reliable.knows === 'none' || this.#invite.isAnswered) return undefined;
    const fork = [...this.#forks].find(({ dialog }) => dialog.remoteTag === toHeader(message)?.tag);
    if (!this.#hasOneTarget || (this.#bridgedFork !== undefined && this.#bridgedFork !== fork))
      return undefined;
    this.#bridgedFork = fork;
    reliable.pass(provisional, replyOf(this.#on, 'INVITE', message, this.#invite.localHost));
    return undefined;
  }

  /** A reliable response that was passed on. */
  #isBridged(message: SipMessage): boolean {
    if (message.first('RSeq') === undefined || this.#bridgedFork === undefined) return false;
    return toHeader(message)?.tag === this.#bridgedFork.dialog.remoteTag;
  }

  /** What would be an answer for good may be said of the only one who can answer. */
  #early(message: SipMessage): Reply {
    const reply = replyOf(this.#on, 'INVITE', message, this.#invite.localHost);
    const isFinal = this.#reliable.caller?.knows === 'required' || this.#bridgedFork !== undefined;
    if (!isFinal || sdpOf(message) === undefined) return reply;
    const { headers = [] } = reply;
    return { headers };
  }

  /** The callee has answered: so does the bridge, and the ACK follows the caller's where it is to bring the answer. @rfc 3261 §13.2.2.4 */
  #connect(session: Session, response: FinalResponse): void {
    const { message, localHost } = this.#invite;
    const release = this.#release;
    this.#callee = session;
    this.#state = 'answered';
    this.#reliable.caller?.settle(true);
    const { headers = [] } = replyOf(this.#on, 'INVITE', response.message, localHost);
    const body =
      this.#caller?.offers.isInviteSettled === true ? undefined : this.#answerFor(session, response);
    const { sessionTimer = {} } = this.#host.policies;
    this.#invite.respond(response.status, {
      headers,
      ...(body === undefined ? {} : { body }),
      ...(sessionTimer === 'off' ? {} : { sessionTimer }),
    });
    if (release !== undefined && this.#caller !== undefined)
      whenAcked(this.#caller, message, (ack) => {
        release(ack && sdpOn(this.#on, this.#invite, ack));
      });
    this.#answered.emit(this);
  }

  /** The description in the 2xx, or the one that came reliably before it. */
  #answerFor(session: Session, response: FinalResponse): string | undefined {
    const { localHost } = this.#invite;
    const said = sdpBack(this.#on, 'INVITE', response.message, localHost);
    const agreed = session.offers.remoteSdp;
    if (said !== undefined || agreed === undefined) return said;
    const { sdp } = this.#host.policies;
    return sdp === undefined ? agreed : sdp(agreed, { to: 'caller', method: 'INVITE', localHost });
  }

  /** One leg takes the other with it. Before the answer the legs end by their INVITEs. */
  #onLegOver(session: Session, end: SessionEnd): void {
    if (this.#state !== 'answered') return;
    if (session !== this.#caller && session !== this.#callee) return;
    const [by, other] =
      session === this.#caller ? ['caller' as const, this.#callee] : ['callee' as const, this.#caller];
    this.#end({ by: end.by === 'remote' ? by : 'bridge', reason: end.reason });
    if (other !== undefined) endLeg(other, end.bye === undefined ? failureReason(end) : reasonsOf(end.bye));
  }

  #end(end: BridgeEnd): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#host.unexpect(this.#callId, this.#invite.localTag);
    this.#host.onOver(this);
    this.#ended.emit(end);
  }
}

/** Ends a leg as its state demands; harmless when it is over. @rfc 3261 §15 */
function endLeg(session: Session, headers: readonly HeaderLine[]): void {
  if (session.state === 'early') session.hangUp();
  else session.send('BYE', { headers }, { onResult: () => undefined });
}

/** @rfc 3326 §2 */
function reasonsOf(message: SipMessage | undefined): readonly HeaderLine[] {
  return (message?.all('Reason') ?? []).map((value): HeaderLine => ['Reason', value]);
}

function failureReason({ by, reason }: SessionEnd): readonly HeaderLine[] {
  return by === 'failure' ? [['Reason', `SIP;cause=500;text="${reason.replace(/["\\]/g, '')}"`]] : [];
}
