import type { ServerRequest } from '../agent/handler.ts';
import type { OutgoingCall } from '../agent/outgoing-call.ts';
import type { FinalResponse } from '../agent/result.ts';
import type { Session, SessionEnd } from '../agent/session.ts';
import type { UserAgent } from '../agent/user-agent.ts';
import { Emitter, type Unsubscribe } from '../core/emitter.ts';
import { callId } from '../message/headers/simple.ts';
import type { SipMessage } from '../message/message.ts';
import { shownStatus } from './failure.ts';
import { groupsOf } from '../proxy/target.ts';
import { Hunt } from './hunt.ts';
import { endLeg, endReasons, reasonsOf } from './leg-end.ts';
import type { BridgePolicies, BridgeRoute } from './options.ts';
import { LegOrigins } from './origin-keeper.ts';
import { OutgoingLeg } from './outgoing-leg.ts';
import { refuseWith, replyOf, sdpOn, whenAcked, type Passage, type Relayed } from './relay.ts';
import { relayInvite, relayPrack, relayUpdate } from './relay-change.ts';
import { ReferIds, relayOther } from './relay-other.ts';
import { ReliableBridge } from './reliable-bridge.ts';

/** Longest ringing of one target, in milliseconds: timer C of a proxy. @rfc 3261 §16.6 step 11 */
const RING_MS = 180_000;

/** Time for the one who referred to hang up by himself once he has been replaced, in milliseconds. @rfc 5589 §6 */
const HANG_UP_MS = 5000;

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
  readonly #reliable: { [side in Side]?: ReliableBridge | undefined } = {};
  /** Those of the call's own INVITE. */
  readonly #callerReliable: ReliableBridge;
  readonly #origins = new LegOrigins();
  /** The leg that has asked to be replaced. */
  #referrer: Session | undefined;
  #hunt: Hunt | undefined;
  #leg: OutgoingLeg | undefined;
  #state: BridgedCallState = 'calling';
  #caller: Session | undefined;
  #callee: Session | undefined;

  constructor(host: BridgeHost, invite: ServerRequest) {
    this.#host = host;
    this.#invite = invite;
    this.#on = { policies: host.policies, from: 'caller' };
    this.#callerReliable = this.#reliable.caller = new ReliableBridge(invite, host.policies.isReliable);
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

  /** The leg on the other side of one. */
  otherThan(session: Session): Session | undefined {
    return session === this.#caller ? this.#callee : this.#caller;
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
    const { targets, forking = 'sequential' } = route;
    const leg = new OutgoingLeg({
      agent: this.#host.agent,
      invite: this.#invite,
      passage: this.#on,
      reliable: this.#callerReliable,
      hasOneTarget: targets.length === 1,
      onRinging: () => {
        this.#state = 'ringing';
      },
    });
    this.#leg = leg;
    this.#hunt = new Hunt({
      clock: this.#invite.clock,
      groups: groupsOf(targets, forking),
      ringMs: this.#host.policies.ringMs ?? RING_MS,
      dial: (target) => this.#expecting(leg.dial(target)),
      onAnswered: (session, response) => {
        this.#connect(leg, session, response);
      },
      onFailed: ({ status, message }) => {
        this.#callerReliable.settle(false);
        const isRedirection = status >= 300 && status < 400;
        const shown = isRedirection ? 480 : status;
        refuseWith(this.#on, this.#invite, shown, isRedirection ? undefined : message);
        this.#end({ by: 'callee', status: shownStatus(shown), reason: `answered ${status}` });
      },
    });
    this.#hunt.start();
  }

  /**
   * A leg asks to be replaced: from now on its end is not the end of the other one.
   * @returns whether it can be.
   * @rfc 5589 §6
   */
  beginTransfer(referrer: Session): boolean {
    if (this.#state !== 'answered' || this.#referrer !== undefined) return false;
    this.#referrer = referrer;
    return true;
  }

  /** @param fresh - stands in its place, and it ends soon; undefined: all is as before, and when it has ended meanwhile so does the call. */
  endTransfer(fresh: Session | undefined): void {
    const referrer = this.#referrer;
    this.#referrer = undefined;
    if (referrer === undefined || this.#state === 'ended') {
      if (fresh !== undefined) endLeg(fresh, []);
      return;
    }
    if (fresh === undefined) {
      if (referrer.isOver) this.#onLegOver(referrer, { by: 'remote', reason: 'hung up by the peer' });
      return;
    }
    if (referrer === this.#caller) this.#caller = fresh;
    else this.#callee = fresh;
    this.#reliable.caller = this.#reliable.callee = undefined;
    this.#watch(fresh);
    if (referrer.isOver) return;
    const patience = this.#invite.clock.after(HANG_UP_MS, () => {
      endLeg(referrer, []);
    });
    referrer.onEnded(() => {
      patience.cancel();
    });
  }

  /** A leg goes on in another call; this one is over, and so is its other leg. */
  giveAway(leg: Session): void {
    const left = this.otherThan(leg);
    this.#end({ by: 'bridge', reason: 'replaced by a transfer' });
    if (left !== undefined) endLeg(left, []);
  }

  /** A description for a leg whose other side is being replaced, and from now on every other one for it. */
  continued(leg: Session, sdp: string): string {
    return this.#origins.continued(leg, sdp);
  }

  /** A dialog of one of the legs has come to be. */
  adopt(session: Session): void {
    const isCaller = session.role === 'uas';
    if (isCaller) this.#caller = session;
    else this.#leg?.adopt(session);
    this.#watch(session);
  }

  #watch(session: Session): void {
    const over = (end: SessionEnd): void => {
      this.#onLegOver(session, end);
    };
    session.onEnding(over);
    session.onEnded(over);
  }

  /** A request in the dialog of one leg. */
  take(request: ServerRequest, source: Session): void {
    if (this.#state === 'answered' && source !== this.#caller && source !== this.#callee) {
      // It was replaced, and has yet to hang up.
      request.respond(481);
      return;
    }
    const from: Side = source === this.#caller ? 'caller' : 'callee';
    const target = from === 'callee' ? this.#caller : (this.#callee ?? this.#leg?.early);
    if (target === undefined || target.isOver) {
      request.respond(this.#state === 'ended' ? 481 : 500);
      return;
    }
    const policies = this.#origins.kept(this.#host.policies, { caller: this.#caller, callee: this.#callee });
    const relayed: Relayed = { policies, from, request, source, target };
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

  /** Its dialogs are ours until it is answered: after that every further fork is ended where it is made. */
  #expecting(call: OutgoingCall): OutgoingCall {
    const { callId: id, fromTag } = call.ids;
    this.#host.expect(id, fromTag, this);
    const settle = (): void => {
      this.#host.unexpect(id, fromTag);
    };
    call.onAnswered(settle);
    call.onFailed(settle);
    return call;
  }

  /** The callee has answered: so does the bridge, and the ACK follows the caller's where it is to bring the answer. @rfc 3261 §13.2.2.4 */
  #connect(leg: OutgoingLeg, session: Session, response: FinalResponse): void {
    const { message, localHost } = this.#invite;
    const { release } = leg;
    this.#callee = session;
    this.#state = 'answered';
    this.#callerReliable.settle(true);
    const { headers = [] } = replyOf(this.#on, 'INVITE', response.message, localHost);
    const isSettled = this.#caller?.offers.isInviteSettled === true;
    const body = isSettled ? undefined : leg.answerFor(session, response);
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

  /** One leg takes the other with it. Before the answer the legs end by their INVITEs. */
  #onLegOver(session: Session, end: SessionEnd): void {
    if (this.#state !== 'answered') return;
    if (session !== this.#caller && session !== this.#callee) return;
    if (session === this.#referrer) return;
    const [by, other] =
      session === this.#caller ? ['caller' as const, this.#callee] : ['callee' as const, this.#caller];
    this.#end({ by: end.by === 'remote' ? by : 'bridge', reason: end.reason });
    if (other !== undefined) endLeg(other, endReasons(end));
  }

  #end(end: BridgeEnd): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#host.unexpect(this.#callId, this.#invite.localTag);
    this.#host.onOver(this);
    this.#ended.emit(end);
  }
}
