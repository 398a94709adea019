import type { CallOptions } from '../agent/call-options.ts';
import { sdpOf } from '../agent/body.ts';
import type { ServerRequest } from '../agent/handler.ts';
import type { HeaderLine } from '../agent/header-line.ts';
import type { OutgoingCall } from '../agent/outgoing-call.ts';
import type { Session } from '../agent/session.ts';
import type { UserAgent } from '../agent/user-agent.ts';
import { successOf } from '../events/dialog-end.ts';
import type { ReferProgress } from '../events/packages/refer.ts';
import type { ReferTarget } from '../events/refer/refer-target.ts';
import { referredBy } from '../message/headers/refer.ts';
import { reasonPhrase } from '../message/reason-phrases.ts';
import { groupsOf } from '../proxy/target.ts';
import type { BridgedCall } from './bridged-call.ts';
import { finalOf, shownReason, shownStatus } from './failure.ts';
import { Hunt } from './hunt.ts';
import { callerIdentity } from './identities.ts';
import type { BridgePolicies, BridgeRoute } from './options.ts';
import { REPLACES, wayOptions } from './outgoing-leg.ts';

/** What a referral needs of the bridge. */
export interface ReferralHost {
  readonly agent: UserAgent;
  readonly policies: BridgePolicies;
  /** The call that a leg belongs to. */
  callOf(leg: Session): BridgedCall | undefined;
  /** The leg of ours that a Replaces names. */
  legNamed(replaces: string): Session | undefined;
  /** From now on a leg belongs to this call. */
  assign(leg: Session, call: BridgedCall): void;
}

type Tell = (progress: ReferProgress) => void;
type Callees = Extract<BridgeRoute, { readonly targets: unknown }>;
type Send = (answer: string | undefined) => void;

const progressOf = (status: number, reason = reasonPhrase(status)): ReferProgress => ({ status, reason });

/** Time of one that rings. @rfc 3261 §16.6 step 11 */
const RING_MS = 180_000;

/**
 * Carries a transfer out in place of the leg that cannot: calls whom the REFER names, or takes the call that it replaces, connects him with the
 * leg that stays, and lets the leg that referred go.
 * @param route - where the one referred to is.
 * @param tell - hears of the progress; a final status is the last.
 * @rfc 3515 §2.4.2, RFC 3725 §4.1, RFC 5589 §6, §7
 */
export function carryOut(
  host: ReferralHost,
  request: ServerRequest,
  target: ReferTarget,
  route: BridgeRoute,
  tell: Tell,
): void {
  const { session: referrer } = request;
  const call = referrer && host.callOf(referrer);
  const staying = referrer && call?.otherThan(referrer);
  if (referrer === undefined || staying === undefined || call?.beginTransfer(referrer) !== true) {
    tell(progressOf(481));
    return;
  }
  const transfer = new Transfer(host, call, staying, tell);
  const replaced = target.replaces === undefined ? undefined : host.legNamed(target.replaces);
  if (replaced !== undefined) transfer.takeOver(replaced);
  else if ('targets' in route) transfer.call(request, target, route);
  else transfer.fail(progressOf(route.status));
}

/** One leg of a call on its way to being replaced. */
class Transfer {
  readonly #host: ReferralHost;
  readonly #call: BridgedCall;
  readonly #staying: Session;
  readonly #tell: Tell;

  constructor(host: ReferralHost, call: BridgedCall, staying: Session, tell: Tell) {
    this.#host = host;
    this.#call = call;
    this.#staying = staying;
    this.#tell = tell;
  }

  /** All is as before. */
  fail(why: ReferProgress): void {
    this.#tell(why);
    this.#call.endTransfer(undefined);
  }

  /** The other leg of a call of ours takes the place, and that call ends. @rfc 5589 §7 */
  takeOver(replaced: Session): void {
    const other = this.#host.callOf(replaced);
    const fresh = other?.otherThan(replaced);
    if (fresh === undefined || other === this.#call || other?.state !== 'answered') {
      this.fail(progressOf(481));
      return;
    }
    askForOffer(
      fresh,
      (offer, send) => {
        const follow: Send = (answer) => {
          send(answer && this.#call.continued(fresh, answer));
        };
        this.#agree(offer, follow, (failure) => {
          if (failure !== undefined) {
            this.fail(failure);
            return;
          }
          other.giveAway(fresh);
          this.#connected(fresh);
        });
      },
      (failure) => {
        this.fail(failure);
      },
    );
  }

  /** Whoever answers first of those that the route names takes the place. @rfc 5589 §6 */
  call(request: ServerRequest, target: ReferTarget, { targets, forking = 'sequential' }: Callees): void {
    const { agent, policies } = this.#host;
    const offers = new Map<OutgoingCall, readonly [offer: string, send: Send]>();
    const hunt = new Hunt({
      clock: request.clock,
      groups: groupsOf(targets, forking),
      ringMs: policies.ringMs ?? RING_MS,
      dial: (to) => {
        const made = agent.call({
          ...callOptions(policies, target, this.#staying),
          target: to.uri,
          headers: [...linesOf(request, target), ...(to.headers ?? [])],
          ...wayOptions(to),
          answerLater: (offer, send) => offers.set(made, [offer, send]),
        });
        made.onProvisional(({ status, reason }) => {
          if (status > 100) this.#tell(progressOf(status, reason));
        });
        return made;
      },
      onAnswered: (fresh) => {
        const [offer, send] = [...offers].find(([made]) => made.session === fresh)?.[1] ?? [];
        this.#answered(fresh, offer, send);
      },
      onFailed: ({ status, message }) => {
        this.fail(progressOf(shownStatus(status), shownReason(status, message)));
      },
    });
    this.#call.onEnded(() => {
      hunt.cancel([]);
      this.#tell(progressOf(487));
    });
    hunt.start();
  }

  #answered(fresh: Session, offer: string | undefined, send: Send | undefined): void {
    const done = (failure: ReferProgress | undefined): void => {
      if (failure === undefined) this.#connected(fresh);
      else {
        fresh.hangUp();
        this.fail(failure);
      }
    };
    if (offer === undefined || send === undefined) done(progressOf(488));
    else this.#agree(offer, send, done);
  }

  /** The leg that stays answers what the other one offers. @rfc 3725 §4.1 */
  #agree(offer: string, send: Send, done: (failure: ReferProgress | undefined) => void): void {
    this.#staying.send(
      'INVITE',
      { body: this.#call.continued(this.#staying, offer), isSdpUnchecked: true },
      {
        onResult: (result) => {
          const success = successOf(result);
          const answer = success && sdpOf(success);
          send(answer);
          const status = success === undefined ? finalOf(result).status : 488;
          done(answer === undefined ? progressOf(shownStatus(status)) : undefined);
        },
      },
    );
  }

  #connected(fresh: Session): void {
    this.#host.assign(fresh, this.#call);
    this.#tell(progressOf(200));
    this.#call.endTransfer(fresh);
  }
}

/** A re-INVITE without a description: the 200 brings what the leg can. @rfc 3725 §4.1 */
function askForOffer(
  leg: Session,
  use: (offer: string, send: Send) => void,
  fail: (why: ReferProgress) => void,
): void {
  leg.send(
    'INVITE',
    { answerLater: use },
    {
      onResult: (result) => {
        const success = successOf(result);
        if (success === undefined) fail(progressOf(shownStatus(finalOf(result).status)));
        else if (sdpOf(success) === undefined) fail(progressOf(488));
      },
    },
  );
}

function callOptions(
  { sessionTimer = {}, headers }: BridgePolicies,
  { replaces }: ReferTarget,
  { dialog }: Session,
): Omit<CallOptions, 'target'> {
  return {
    ...callerIdentity({ uri: dialog.remoteUri, displayName: undefined }, headers?.identities),
    supported: [REPLACES],
    ...(replaces === undefined ? {} : { require: [REPLACES] }),
    ...(sessionTimer === 'off' ? {} : { sessionTimer }),
  };
}

function linesOf({ message }: ServerRequest, { replaces }: ReferTarget): readonly HeaderLine[] {
  const by = referredBy(message) && message.first('Referred-By');
  return [
    ...(replaces === undefined ? [] : [['Replaces', replaces] as const]),
    ...(by === undefined ? [] : [['Referred-By', by] as const]),
  ];
}
