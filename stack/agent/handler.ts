import type { Clock } from '../core/clock.ts';
import type { Ids } from '../core/ids.ts';
import type { SipMessage } from '../message/message.ts';
import type { Incoming } from '../transaction/types.ts';
import type { Capable } from './capabilities.ts';
import type { HeaderLine } from './header-line.ts';
import type { Session } from './session.ts';
import type { SessionTimerPolicy } from './session-timer.ts';

/** What a handler may put into a response beyond its status. Everything the RFC demands is added by the agent. */
export interface Reply {
  /** Reason phrase; the RFC's own when left out. */
  readonly reason?: string;
  /** Further header lines. */
  readonly headers?: readonly HeaderLine[];
  readonly body?: string | Uint8Array;
  /** Content-Type of the body; a body without one is `application/sdp`. */
  readonly contentType?: string;
  /** Adds Allow, Accept and Supported. A 2xx to INVITE carries Allow and Supported anyway. */
  readonly capabilities?: boolean;
  /**
   * Makes a provisional response to INVITE a reliable one: it is sent again until its PRACK, and later ones and a 2xx wait for it where the
   * RFC says so. Sent as an ordinary one to a caller that does not know 100rel; a caller that requires 100rel gets no others. @rfc 3262 §3
   */
  readonly isReliable?: boolean;
  /** In the first 2xx of a call: how its session timer is to be. Left out, the call has none. @rfc 4028 §9 */
  readonly sessionTimer?: SessionTimerPolicy;
}

/** Who sent a request, as it has proved. */
export interface AuthenticatedUser {
  readonly username: string;
  readonly realm: string;
  /** Header lines that prove to the user who we are, for a 2xx with this body. @rfc 7616 §3.5 */
  proof(body: string): readonly HeaderLine[];
}

/** A request that waits for its answer, as a handler sees it. */
export interface ServerRequest {
  readonly method: string;
  readonly message: SipMessage;
  readonly incoming: Incoming;
  /** The call the request belongs to. Undefined outside of one, and for an initial INVITE before its first response above 100. */
  readonly session: Session | undefined;
  /** Our address as this peer sees it: the host of Contact and of descriptions. */
  readonly localHost: string;
  /** Our tag in the dialog of the request, or in the one that its 2xx makes. @rfc 3261 §12.1.1 */
  readonly localTag: string;
  /** Who sent it; undefined until a handler has found out. @rfc 3261 §22 */
  user: AuthenticatedUser | undefined;
  readonly clock: Clock;
  readonly ids: Ids;
  /** A final response was sent, by the handler or by the agent (CANCEL, BYE, stop). */
  readonly isAnswered: boolean;
  /** Sends a response; after a final one it does nothing, because CANCEL may win any race. @rfc 3261 §8.2.6 */
  respond(status: number, reply?: Reply): void;
  /**
   * Called at most once, when the agent itself gave the final response (CANCEL, BYE, stop) and the handler's timers are of no use any more.
   * A CANCEL is handed over for what it says.
   */
  onAbandoned(listener: (cancel?: SipMessage) => void): void;
}

/** Passes the request to the next handler of the list. May be called once. */
export type Next = () => Promise<void> | void;

/** One thing a server can do with a request. A server is a list of these. */
export interface Handler extends Capable {
  readonly name: string;
  /** One sentence: what it does. */
  explain(): string;
  /**
   * Asked about a BYE in a call, which the agent answers by itself: whether it may end the call; if not, the request was answered with a
   * challenge or refusal here and now. @rfc 3261 §15.1.2, §22.1
   */
  admitsBye?(request: ServerRequest): boolean;
  /** Answers the request, now or later, or calls `next`. */
  handle(request: ServerRequest, next: Next): Promise<void> | void;
}
