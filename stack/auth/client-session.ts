import type { Ids } from '../core/ids.ts';
import { bodyText } from '../message/octets.ts';
import type { Account, AuthKind } from './account.ts';
import { formatBasic } from './basic.ts';
import type { DigestChallenge } from './challenge.ts';
import type { ClientFaultHooks } from './client-faults.ts';
import { type DigestFields, formatCredentials, formatNonceCount } from './credentials.ts';
import { digestResponse, ha1Of, type Qop, userHash } from './digest.ts';
import { equalInConstantTime, type Hashes } from './hashes.ts';

/** What of a request goes into its credentials. */
export interface AuthRequest {
  readonly method: string;
  /** The Request-URI. */
  readonly uri: string;
  readonly body: string | Uint8Array | undefined;
  readonly callId: string;
  /** URI of From. */
  readonly from: string;
  /** URI of To. */
  readonly to: string;
  /** URI of the next hop. */
  readonly nextHop: string;
}

/** How credentials are made. */
export interface CredentialPolicy {
  readonly hashes: Hashes;
  readonly ids: Ids;
  /** Where a server offers both, the digest covers the body too. */
  readonly prefersIntegrity: boolean;
  readonly fault: ClientFaultHooks;
}

/** Credentials of one kind. */
export interface ClientSession {
  readonly kind: AuthKind;
  readonly realm: string;
  readonly account: Account;
  /** The value of the next Authorization or Proxy-Authorization. */
  next(request: AuthRequest): string;
  /** Takes Authentication-Info. @returns whether the server has proved that it knows the secret; undefined when it did not try. */
  confirm(info: ReadonlyMap<string, string>, body: string): boolean | undefined;
}

const CNONCE_LENGTH = 16;

/** One nonce of a server and how often it was used. The cnonce stays with the nonce, so that the key of a -sess algorithm does too. */
export class DigestSession implements ClientSession {
  readonly kind: AuthKind;
  readonly realm: string;
  readonly account: Account;
  readonly #policy: CredentialPolicy;
  readonly #challenge: DigestChallenge;
  readonly #ha1: string;
  readonly #qop: Qop | undefined;
  #nonce: string;
  #cnonce: string;
  #count = 0;
  #last: DigestFields | undefined;

  /** @param ha1 - see {@link openSession}. */
  constructor(
    policy: CredentialPolicy,
    kind: AuthKind,
    challenge: DigestChallenge,
    account: Account,
    ha1: string,
  ) {
    this.kind = kind;
    this.realm = challenge.realm;
    this.account = account;
    this.#policy = policy;
    this.#challenge = challenge;
    this.#ha1 = ha1;
    this.#qop = preferred(challenge.qop, policy.prefersIntegrity);
    this.#nonce = challenge.nonce;
    this.#cnonce = policy.ids.token(CNONCE_LENGTH);
  }

  next(request: AuthRequest): string {
    const { fault } = this.#policy;
    const honest = this.#fields(request);
    const fields = fault.before?.(honest) ?? honest;
    const signed = { ...fields, response: this.#response(fields, request.method, bodyText(request.body)) };
    this.#last = signed;
    return formatCredentials(fault.after?.(signed) ?? signed);
  }

  confirm(info: ReadonlyMap<string, string>, body: string): boolean | undefined {
    const last = this.#last;
    const next = info.get('nextnonce');
    if (next !== undefined) {
      this.#nonce = next;
      this.#cnonce = this.#policy.ids.token(CNONCE_LENGTH);
      this.#count = 0;
    }
    const rspauth = info.get('rspauth')?.toLowerCase();
    if (last === undefined || rspauth === undefined) return undefined;
    const qop = info.get('qop')?.toLowerCase() ?? last.qop;
    return equalInConstantTime(rspauth, this.#response({ ...last, qop }, '', body));
  }

  /** What a well-behaved client says, without the response. */
  #fields(request: AuthRequest): DigestFields {
    const { algorithm, algorithmToken, opaque, wantsUserHash } = this.#challenge;
    const { hashes } = this.#policy;
    const { username } = this.account;
    const needsCnonce = this.#qop !== undefined || algorithm.isSession;
    return {
      username: wantsUserHash ? userHash(hashes, algorithm.hash, { username, realm: this.realm }) : username,
      realm: this.realm,
      nonce: this.#nonce,
      uri: request.uri,
      response: undefined,
      algorithm: algorithmToken,
      cnonce: needsCnonce ? this.#cnonce : undefined,
      opaque,
      qop: this.#qop,
      nc: this.#qop === undefined ? undefined : formatNonceCount(++this.#count),
      isUserHash: wantsUserHash,
    };
  }

  #response(fields: DigestFields, method: string, body: string): string {
    return digestResponse(this.#policy.hashes, {
      algorithm: this.#challenge.algorithm,
      ha1: this.#ha1,
      nonce: fields.nonce ?? '',
      qop: fields.qop === 'auth' || fields.qop === 'auth-int' ? fields.qop : undefined,
      nc: fields.nc ?? '',
      cnonce: fields.cnonce ?? '',
      method,
      uri: fields.uri ?? '',
      body,
    });
  }
}

/** Basic credentials: the same each time. */
export class BasicSession implements ClientSession {
  readonly kind: AuthKind;
  readonly realm: string;
  readonly account: Account;
  readonly #value: string;

  constructor(kind: AuthKind, realm: string, account: Account, password: string) {
    this.kind = kind;
    this.realm = realm;
    this.account = account;
    this.#value = formatBasic({ username: account.username, password });
  }

  next(): string {
    return this.#value;
  }

  confirm(): undefined {
    return undefined;
  }
}

/** Undefined when the account has no secret that fits the algorithm. */
export function openSession(
  policy: CredentialPolicy,
  kind: AuthKind,
  challenge: DigestChallenge,
  account: Account,
): ClientSession | undefined {
  const { realm, algorithm } = challenge;
  const { username, secret } = account;
  const ha1 = ha1Of(policy.hashes, algorithm.hash, { username, realm }, secret);
  return ha1 === undefined ? undefined : new DigestSession(policy, kind, challenge, account, ha1);
}

/** The qop to use of those offered. @rfc 7616 §3.4 */
function preferred(offered: readonly Qop[], prefersIntegrity: boolean): Qop | undefined {
  const wanted: Qop = prefersIntegrity ? 'auth-int' : 'auth';
  return offered.includes(wanted) ? wanted : offered[0];
}
