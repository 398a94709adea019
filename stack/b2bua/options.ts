import type { ServerRequest } from '../agent/handler.ts';
import type { HeaderLine } from '../agent/header-line.ts';
import type { Refusal } from '../agent/refusal.ts';
import type { SessionTimerPolicy } from '../agent/session-timer.ts';
import type { UserAgent } from '../agent/user-agent.ts';
import type { Protocol } from '../core/address.ts';
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
  /** Further header lines of its INVITE. */
  readonly headers?: readonly HeaderLine[];
  /** Option tags of Require; those a 420 calls unsupported are given up. @rfc 3261 §8.1.3.5 */
  readonly require?: readonly string[];
}

/** Whom an incoming call goes to, or why to nobody. */
export type BridgeRoute =
  | Refusal
  | {
      readonly targets: readonly BridgeTarget[];
      /** All at once, and the first to answer wins; else one after the other until one answers. */
      readonly isParallel?: boolean;
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
  /** A target that does not answer for so long is given up, in milliseconds; 180,000 when left out. No answered call knows such a limit. */
  readonly ringMs?: number;
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
