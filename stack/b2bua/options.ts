import type { ServerRequest } from '../agent/handler.ts';
import type { HeaderLine } from '../agent/header-line.ts';
import type { KnownConnection } from '../agent/known-connection.ts';
import type { Refusal } from '../agent/refusal.ts';
import type { SessionTimerPolicy } from '../agent/session-timer.ts';
import type { UserAgent } from '../agent/user-agent.ts';
import type { Protocol } from '../core/address.ts';
import type { Forking } from '../proxy/target.ts';
import type { HeaderPolicy } from './header-policy.ts';
import type { SdpPolicy } from './payload.ts';

/** Somebody to call on the other leg. */
export interface BridgeTarget {
  /** SIP URI: the Request-URI. */
  readonly uri: string;
  /** URI to send to, when it is not the Request-URI. */
  readonly nextHop?: string;
  /** Overrules the transport parameter of the URI. */
  readonly protocol?: Protocol;
  /** A connection of its own that may be there still. */
  readonly over?: KnownConnection;
  /** Further header lines of its INVITE. */
  readonly headers?: readonly HeaderLine[];
  /** Option tags of Require; those a 420 calls unsupported are given up. @rfc 3261 §8.1.3.5 */
  readonly require?: readonly string[];
  /** 0 to 1, higher ones are called first; 1 when left out. */
  readonly q?: number;
  /** Targets of one device are ways to it: the next is tried when one leads nowhere. @rfc 5626 §7 */
  readonly instanceId?: string | undefined;
}

/** Whom an incoming call goes to, or why to nobody. */
export type BridgeRoute =
  | Refusal
  | {
      readonly targets: readonly BridgeTarget[];
      /** Whom to call at the same time; the first to answer wins. Left out: one after the other until one answers. */
      readonly forking?: Forking;
    };

export interface BridgePolicies {
  readonly headers?: HeaderPolicy;
  /** Rewrites descriptions; without it they cross as they are. */
  readonly sdp?: SdpPolicy;
  /**
   * Session timers, of each leg for itself. The callee is asked for the interval that the caller asks for, or for the one given here; `off`
   * knows no session timers. @rfc 4028
   */
  readonly sessionTimer?: SessionTimerPolicy | 'off';
  /** Know reliable provisional responses; true when left out. Without them a caller that requires them gets 420. @rfc 3262 */
  readonly isReliable?: boolean;
  /** A target that does not answer for so long is given up, in milliseconds; 180,000 when left out. No answered call knows such a limit. */
  readonly ringMs?: number;
  /** Carries a REFER out here that the other leg answers with 405 or 501; without it the refusal is passed on. @rfc 3515 §2.4.2 */
  readonly onReferRefused?: ((request: ServerRequest) => void) | undefined;
  /** How many redirections (3xx) of the callee to follow; 5 when left out. The caller hears of none. */
  readonly maxRedirects?: number;
}

export interface BridgeOptions extends BridgePolicies {
  readonly agent: UserAgent;
  /** Not asked for an INVITE that replaces a leg of a call: that call says where it goes. */
  route(request: ServerRequest): BridgeRoute | Promise<BridgeRoute>;
  /** Whether the sender of an INVITE may take over the leg that its Replaces names; 403 if not. All may when left out. @rfc 3891 §3 */
  allowsTakeover?(request: ServerRequest): boolean;
}
