import type { Refusal } from '../agent/refusal.ts';
import type { SipMessage } from '../message/message.ts';
import type { Uri } from '../message/uri.ts';
import type { Incoming } from '../transaction/types.ts';
import type { Sign } from './flow-token.ts';
import type { Forking } from './target.ts';

/** What an operator decides about a proxy. */
export interface ProxyPolicy {
  /** Names of the domains this proxy is responsible for; the addresses of its listeners always are its own. */
  readonly domains: readonly string[];
  /** Addresses of this machine, without brackets: requests that name one of them are for a listener bound to a wildcard. */
  readonly addresses: readonly string[];
  /** Keeps no state: forwards to one target and forgets. @rfc 3261 §16.11 */
  readonly isStateless: boolean;
  readonly recordsRoute: boolean;
  readonly addsPath: boolean;
  readonly detectsLoops: boolean;
  readonly forking: Forking;
  /** Follows 3xx responses itself instead of handing them to the caller. */
  readonly recursesRedirects: boolean;
  /** More than three minutes. @rfc 3261 §16.6 step 11 */
  readonly timerCMs: number;
  /** Time a group of targets has before the next one is tried; undefined: until Timer C. */
  readonly groupTimeMs: number | undefined;
  /** Option tags of Proxy-Require that are served, in lower case. */
  readonly supported: readonly string[];
  /** Signs flow tokens; without it none are written, and clients behind WebSockets cannot be reached inside dialogs. @rfc 5626 §5.2 */
  readonly sign: Sign | undefined;
  /** URI to which requests go whose user has no binding; without it they are refused. */
  readonly nextHop: string | undefined;
  /** Whether a request to a domain that is not ours, outside of any dialog, is relayed. */
  relays(uri: Uri, request: SipMessage): boolean;
  /** Whether this node itself serves a request to a user of its own domain, as it does with REGISTER. */
  serves(method: string, uri: Uri): boolean;
  /** Whether there is a user without a binding: 480 instead of 404. */
  knows(aor: string): boolean;
  /** Proxy authentication: a refusal (407) or nothing. ACK and CANCEL are never asked. @rfc 3261 §16.3 step 6, §22.3 */
  authenticate(request: Incoming): Refusal | undefined | Promise<Refusal | undefined>;
}

/** @rfc 3261 §16.6 step 11 */
const TIMER_C_MS = 185_000;

export const DEFAULT_POLICY: ProxyPolicy = {
  domains: [],
  addresses: [],
  isStateless: false,
  recordsRoute: true,
  addsPath: false,
  detectsLoops: true,
  forking: 'by-q',
  recursesRedirects: false,
  timerCMs: TIMER_C_MS,
  groupTimeMs: undefined,
  supported: [],
  sign: undefined,
  nextHop: undefined,
  relays: () => false,
  serves: (method) => method === 'REGISTER',
  knows: () => false,
  authenticate: () => undefined,
};
