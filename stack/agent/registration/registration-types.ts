import type { Protocol } from '../../core/address.ts';
import type { HeaderLine } from '../header-line.ts';
import type { ResponseResult } from '../result.ts';

/** One contact to be registered. */
export interface ContactOption {
  /** The listener's own address when left out. */
  readonly uri?: string;
  /** 0 to 1. */
  readonly q?: number;
  /** Overrules the time of the registration. */
  readonly expiresSec?: number;
  /** Further parameters, each with its semicolon: `;methods="INVITE"`. */
  readonly params?: string;
}

/** When to try again. @rfc 5626 §4.5 */
export interface RetryPolicy {
  /** Base of the wait while no flow is registered. Default 30 s. */
  readonly baseAllFailedMs: number;
  /** Base of the wait while another flow is registered. Default 90 s. */
  readonly baseSomeLeftMs: number;
  /** The longest wait. Default 1800 s. */
  readonly maxMs: number;
}

/** What to register, where and how. */
export interface RegistrationOptions {
  /** Request-URI, and where it goes unless there are outbound proxies: `sip:example.com`. @rfc 3261 §10.2 */
  readonly registrar: string;
  /** To, and From unless `from` says otherwise. */
  readonly aor: string;
  /** From of a third-party registration. */
  readonly from?: string;
  /** One contact, the listener's own, when left out. */
  readonly contacts?: readonly ContactOption[];
  /** How long bindings shall live. Default 3600. */
  readonly expiresSec?: number;
  /** URIs of proxies to send through; with `outbound` each of them is a flow of its own. @rfc 5626 §4.2 */
  readonly proxies?: readonly string[];
  readonly protocol?: Protocol;
  /** A URN that stays the same over restarts: `urn:uuid:…`. Needed for `outbound` and `gruu`. @rfc 5626 §4.1 */
  readonly instanceId?: string;
  /** Asks to be reached over the flows of its registrations. One contact only. @rfc 5626 §4.2 */
  readonly outbound?: boolean;
  /** reg-id of the first flow; further flows count on from it. Default 1. */
  readonly regId?: number;
  /** Asks for GRUUs. @rfc 5627 §4.1 */
  readonly gruu?: boolean;
  readonly retry?: Partial<RetryPolicy>;
  readonly headers?: readonly HeaderLine[];
}

/** What a registrar has granted. */
export interface Grant {
  /** `Clock.now()` at which the first of our bindings is over, unless it is refreshed. */
  readonly untilMs: number;
  readonly expiresSec: number;
  /** Our contacts as they were sent. */
  readonly contacts: readonly string[];
  /** The route of requests of this identity, the nearest first. @rfc 3608 §5 */
  readonly serviceRoute: readonly string[];
  /** @rfc 3327 §5.1 */
  readonly path: readonly string[];
  /** @rfc 5627 §4.2 */
  readonly publicGruu: string | undefined;
  /** @rfc 5627 §4.2 */
  readonly temporaryGruu: string | undefined;
  /** The registrar keeps the flow. @rfc 5626 §4.2.1 */
  readonly isOutbound: boolean;
  readonly flowTimerSec: number | undefined;
}

/** How it stands with a registration over one flow, as data. Times are those of `Clock.now()`. */
export type RegistrationState =
  | { readonly kind: 'idle' }
  /** On its way; nothing is bound, or what was bound has its flow lost. */
  | { readonly kind: 'registering' }
  /** A 2xx said so. */
  | { readonly kind: 'registered'; readonly grant: Grant; readonly refreshAtMs: number }
  /** Still bound; the refresh is on its way. */
  | { readonly kind: 'refreshing'; readonly grant: Grant }
  /** `grant`: what is still bound until its time is over. Without `retryAtMs` nothing will be tried any more. */
  | {
      readonly kind: 'failed';
      readonly result: ResponseResult;
      readonly retryAtMs: number | undefined;
      readonly grant: Grant | undefined;
    }
  | { readonly kind: 'unregistering' }
  /** `result`: the answer to the request that removed the bindings; undefined when none was needed. */
  | { readonly kind: 'unregistered'; readonly result: ResponseResult | undefined };
