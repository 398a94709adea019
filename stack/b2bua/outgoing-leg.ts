import { sdpOf } from '../agent/body.ts';
import type { CallOptions } from '../agent/call-options.ts';
import type { Reply, ServerRequest } from '../agent/handler.ts';
import type { OutgoingCall } from '../agent/outgoing-call.ts';
import type { ReliableProvisional } from '../agent/provisional.ts';
import { RELIABLE } from '../agent/reliable-provisionals.ts';
import type { FinalResponse } from '../agent/result.ts';
import type { Session } from '../agent/session.ts';
import { TIMER, type SessionTimerPolicy } from '../agent/session-timer.ts';
import type { UserAgent } from '../agent/user-agent.ts';
import { toHeader } from '../message/headers/name-addr.ts';
import { sessionExpires } from '../message/headers/session-timer.ts';
import { maxForwards } from '../message/headers/simple.ts';
import type { SipMessage } from '../message/message.ts';
import { identitiesFor } from './identities.ts';
import type { BridgeTarget } from './options.ts';
import { replyOf, requestOptions, sdpBack, sdpOn, type Passage } from './relay.ts';
import type { ReliableBridge } from './reliable-bridge.ts';

const MAX_REDIRECTS = 5;
const MAX_FORWARDS = 70;

/** The option tag of RFC 3891. */
export const REPLACES = 'replaces';

export interface OutgoingLegOptions {
  readonly agent: UserAgent;
  readonly invite: ServerRequest;
  readonly passage: Passage;
  /** The reliable responses to the caller. */
  readonly reliable: ReliableBridge;
  /** Only one can answer: what he says before the answer may be told for good. */
  readonly hasOneTarget: boolean;
  readonly onRinging: () => void;
}

/** The callee's leg before it is answered: its INVITEs, their dialogs and what of their responses the caller hears. @rfc 7092 §3.2 */
export class OutgoingLeg {
  readonly #options: OutgoingLegOptions;
  readonly #forks = new Set<Session>();
  /** The fork whose reliable responses are bridged. */
  #bridgedFork: Session | undefined;
  #release: ((sdp: string | undefined) => void) | undefined;

  constructor(options: OutgoingLegOptions) {
    this.#options = options;
  }

  /** The early dialog that requests of the caller are for. */
  get early(): Session | undefined {
    return this.#bridgedFork ?? [...this.#forks].at(-1);
  }

  /** Sends the ACK of a 2xx with an offer; undefined for one that is acknowledged already. */
  get release(): ((sdp: string | undefined) => void) | undefined {
    return this.#release;
  }

  /** An early dialog has come to be. */
  adopt(fork: Session): void {
    this.#forks.add(fork);
    fork.onEnded(() => {
      this.#forks.delete(fork);
    });
  }

  /** Calls one target. */
  dial(target: BridgeTarget): OutgoingCall {
    const { agent, invite, passage } = this.#options;
    const { message } = invite;
    const { policies } = passage;
    const { headers } = requestOptions(passage, invite);
    const sdp = sdpOn(passage, invite, message);
    const sessionTimer = this.#askedTimer();
    const hops = (maxForwards(message) ?? MAX_FORWARDS + 1) - 1;
    const options: CallOptions = {
      ...identitiesFor(message, policies.headers?.identities),
      target: target.uri,
      headers: [['Max-Forwards', String(hops)], ...headers, ...(target.headers ?? [])],
      maxRedirects: policies.maxRedirects ?? MAX_REDIRECTS,
      supported: this.#supported(sdp !== undefined),
      answerLater: (_offer, send) => {
        // Who answers too late is only acknowledged.
        if (invite.isAnswered) send(undefined);
        else this.#release = send;
      },
      onReliable: (provisional) => this.#onReliable(provisional),
      ...wayOptions(target),
      ...(sdp === undefined ? {} : { sdp }),
      ...(sessionTimer === undefined ? {} : { sessionTimer }),
    };
    const call = agent.call(options);
    call.onProvisional(({ status, incoming }) => {
      if (status === 100 || invite.isAnswered) return;
      this.#options.onRinging();
      if (!this.#isBridged(incoming.message))
        this.#options.reliable.tell(status, this.#told(incoming.message));
    });
    return call;
  }

  /** The description for the caller's 2xx: the one in the callee's, or the one that came reliably before it. */
  answerFor(session: Session, response: FinalResponse): string | undefined {
    const { passage, invite } = this.#options;
    const { localHost } = invite;
    const said = sdpBack(passage, 'INVITE', response.message, localHost);
    const agreed = session.offers.remoteSdp;
    if (said !== undefined || agreed === undefined) return said;
    const { sdp } = passage.policies;
    return sdp === undefined ? agreed : sdp(agreed, { to: 'caller', method: 'INVITE', localHost });
  }

  /** Without 100rel on the caller's side nobody could answer an offer in a reliable response. @rfc 3262 §5 */
  #supported(hasOffer: boolean): readonly string[] {
    const { hasOneTarget, reliable, passage } = this.#options;
    const isOn = passage.policies.isReliable !== false;
    const isReliable = isOn && (hasOffer || (hasOneTarget && reliable.knows !== 'none'));
    const isTimed = passage.policies.sessionTimer !== 'off';
    return [...(isReliable ? [RELIABLE] : []), ...(isTimed ? [TIMER] : []), REPLACES];
  }

  #askedTimer(): SessionTimerPolicy | undefined {
    const { passage, invite } = this.#options;
    const { sessionTimer = {} } = passage.policies;
    if (sessionTimer === 'off') return undefined;
    const intervalSec = sessionTimer.intervalSec ?? sessionExpires(invite.message)?.deltaSec;
    return intervalSec === undefined ? sessionTimer : { ...sessionTimer, intervalSec };
  }

  /** Passes it on where it can be reliable on both legs; else it is acknowledged here. */
  #onReliable(provisional: ReliableProvisional): undefined {
    const { message } = provisional.incoming;
    const { reliable, invite, hasOneTarget, passage } = this.#options;
    if (reliable.knows === 'none' || invite.isAnswered) return undefined;
    const fork = [...this.#forks].find(({ dialog }) => dialog.remoteTag === toHeader(message)?.tag);
    if (!hasOneTarget || (this.#bridgedFork !== undefined && this.#bridgedFork !== fork)) return undefined;
    this.#bridgedFork = fork;
    reliable.pass(provisional, replyOf(passage, 'INVITE', message, invite.localHost));
    return undefined;
  }

  /** A reliable response that was passed on. */
  #isBridged(message: SipMessage): boolean {
    if (message.first('RSeq') === undefined || this.#bridgedFork === undefined) return false;
    return toHeader(message)?.tag === this.#bridgedFork.dialog.remoteTag;
  }

  /** What would be an answer for good is said of the one only whose answer it is. */
  #told(message: SipMessage): Reply {
    const { passage, invite, reliable } = this.#options;
    const reply = replyOf(passage, 'INVITE', message, invite.localHost);
    const isForGood = reliable.knows === 'required' || this.#bridgedFork !== undefined;
    if (!isForGood || sdpOf(message) === undefined) return reply;
    const { headers = [] } = reply;
    return { headers };
  }
}

/** How a target is called, but for what is said to it. */
export function wayOptions({
  nextHop,
  protocol,
  over,
  require,
}: BridgeTarget): Pick<CallOptions, 'nextHop' | 'protocol' | 'over' | 'require'> {
  return {
    ...(require === undefined ? {} : { require }),
    ...(nextHop === undefined ? {} : { nextHop }),
    ...(protocol === undefined ? {} : { protocol }),
    ...(over === undefined ? {} : { over }),
  };
}
