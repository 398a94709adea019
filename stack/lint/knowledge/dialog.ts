import { fromHeader, recordRoutes, toHeader } from '../../message/headers/name-addr.ts';
import { sessionExpires } from '../../message/headers/session-timer.ts';
import type { Seen } from '../seen.ts';
import { OfferAnswer } from './offer-answer.ts';
import type { Party } from './party.ts';
import { Subscriptions } from './subscription.ts';

/** Requests whose Contact is a new remote target. @rfc 3261 §12.2, RFC 3311 §5.1, RFC 6665 §4.1.2.1 */
const REFRESHES: ReadonlySet<string> = new Set(['INVITE', 'UPDATE', 'SUBSCRIBE', 'NOTIFY', 'REFER']);

/** A session interval that runs. @rfc 4028 */
export interface SessionInterval {
  /** The 2xx it runs from. */
  readonly since: Seen;
  readonly seconds: number;
  readonly refresher: Party;
}

/** A dialog as one node saw it. @rfc 3261 §12 */
export class Dialog {
  /** Who sent the request that made it, and who answered it. */
  readonly caller: Party;
  readonly callee: Party;
  /** The request that made it. */
  readonly request: Seen;
  /** The first 2xx, or the NOTIFY that came before it. */
  confirmedBy: Seen | undefined = undefined;
  /** Record-Route of messages inside, which changes nothing. */
  laterRoutes: readonly (readonly string[])[] = [];
  /** The BYE that ended it. */
  bye: Seen | undefined = undefined;
  interval: SessionInterval | undefined = undefined;
  #isMadeByNotify = false;
  readonly session: OfferAnswer = new OfferAnswer();
  readonly subscriptions: Subscriptions = new Subscriptions();

  constructor(request: Seen, caller: Party, callee: Party) {
    this.request = request;
    this.caller = caller;
    this.callee = callee;
    caller.asked(request);
    caller.reachedAt(request, request.atMs);
  }

  /** The party that sent a request, or whose request a response answers. */
  requester(seen: Seen): Party {
    return seen.fromTag === this.caller.tag ? this.caller : this.callee;
  }

  /** Who sent the message. */
  sender(seen: Seen): Party {
    const requester = this.requester(seen);
    return seen.isRequest ? requester : this.otherThan(requester);
  }

  otherThan(party: Party): Party {
    return party === this.caller ? this.callee : this.caller;
  }

  /** A NOTIFY that overtook the 2xx makes it: what the 2xx says later counts for nothing. @rfc 6665 §4.4.1 */
  notified(notify: Seen): void {
    this.#isMadeByNotify = true;
    this.caller.routeSet = recordRoutes(notify.message).map((r) => r.uri);
    this.callee.reachedAt(notify, notify.atMs);
  }

  /** A response that makes it or confirms it: the first 2xx settles the route sets. @rfc 3261 §12.1, §13.2.2.4 */
  established(response: Seen, request: Seen): void {
    if (this.confirmedBy !== undefined) return;
    if (response.isSuccess) this.confirmedBy = response;
    if (this.#isMadeByNotify) return;
    const recorded = recordRoutes(response.message).map((r) => r.uri);
    this.caller.routeSet = [...recorded].reverse();
    // A node that answered itself goes by what the request said, even where it forgot to mirror it.
    const isOwn =
      request.direction === 'in' && response.direction === 'out' && request.viaCount === response.viaCount;
    this.callee.routeSet = isOwn ? recordRoutes(request.message).map((r) => r.uri) : recorded;
    this.callee.reachedAt(response, response.atMs);
  }

  /** A request inside. */
  asked(request: Seen): void {
    this.#noteRoutes(request);
    if (request.method === 'ACK' || request.method === 'CANCEL') return;
    this.requester(request).asked(request);
    // A subscriber may as well go by the URIs of the first NOTIFY, which makes the dialog. @rfc 6665 §4.4.1
    if (request.method === 'NOTIFY') {
      this.requester(request).alias ??= fromHeader(request.message)?.uri;
      this.otherThan(this.requester(request)).alias ??= toHeader(request.message)?.uri;
    }
    if (request.method === 'BYE') this.bye ??= request;
  }

  /** A 2xx or a reliable provisional response to a request inside: from now on both know the new targets. @rfc 3261 §12.2.2, RFC 6141 §4 */
  agreed(response: Seen, request: Seen): void {
    this.#noteRoutes(response);
    if (!REFRESHES.has(request.method)) return;
    const requester = this.requester(request);
    requester.reachedAt(request, response.atMs);
    this.otherThan(requester).reachedAt(response, response.atMs);
  }

  /** Any 2xx to INVITE or UPDATE says whether a session interval runs, and who refreshes. @rfc 4028 §7.2 */
  timed(response: Seen, request: Seen): void {
    const said = sessionExpires(response.message);
    const requester = this.requester(request);
    this.interval = said && {
      since: response,
      seconds: said.deltaSec,
      refresher: said.refresher === 'uac' ? requester : this.otherThan(requester),
    };
  }

  #noteRoutes(seen: Seen): void {
    const recorded = recordRoutes(seen.message).map((r) => r.uri);
    if (recorded.length > 0) this.laterRoutes = [...this.laterRoutes, recorded].slice(-4);
  }
}
