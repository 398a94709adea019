import type { Address } from '../core/address.ts';
import type { AuthHeader } from '../message/headers/digest.ts';

/** A request that asks to be let in. */
export interface AuthAttempt {
  readonly method: string;
  /** The Request-URI. */
  readonly uri: string;
  readonly body: string;
  readonly source: Address;
  /** Of Authorization or Proxy-Authorization. */
  readonly credentials: readonly AuthHeader[];
}

/** Why a request is challenged. */
export type ChallengeReason =
  | 'no-credentials'
  | 'unknown-nonce'
  | 'expired-nonce'
  | 'replayed-nonce'
  | 'unknown-user'
  | 'wrong-response'
  | 'wrong-algorithm'
  | 'wrong-qop'
  | 'wrong-opaque'
  | 'fault';

/** The request is let in. */
export interface Accepted {
  readonly kind: 'accepted';
  readonly username: string;
  /** The value of Authentication-Info for a response with this body; undefined when there is nothing to say. @rfc 7616 §3.5 */
  info(body: string): string | undefined;
}

/** The request is to come again with credentials. */
export interface Challenged {
  readonly kind: 'challenge';
  readonly reason: ChallengeReason;
  /** Values of WWW-Authenticate or Proxy-Authenticate, in this order. */
  readonly challenges: readonly string[];
}

/** The request is not let in, and other credentials would not help. */
export interface AuthRefused {
  readonly kind: 'refused';
  readonly status: 400 | 403;
  readonly reason: string;
}

export type AuthVerdict = Accepted | Challenged | AuthRefused;
