import type { Clock } from '../core/clock.ts';
import type { Ids } from '../core/ids.ts';
import type { AuthHeader } from '../message/headers/digest.ts';
import { equalUris, parseUri } from '../message/uri.ts';
import { type AlgorithmName, algorithmOf, type DigestAlgorithm } from './algorithms.ts';
import { formatAuthParams } from './auth-params.ts';
import type {
  Accepted,
  AuthAttempt,
  AuthRefused,
  AuthVerdict,
  Challenged,
  ChallengeReason,
} from './auth-verdict.ts';
import { readBasic } from './basic.ts';
import { formatChallenge, type ChallengeFields } from './challenge.ts';
import { type DigestFields, nonceCount, readCredentials } from './credentials.ts';
import { digestResponse, ha1Of, type Qop, type UserSecret } from './digest.ts';
import { FailureLimit, type FailureLimitOptions } from './failure-limit.ts';
import { equalInConstantTime, type Hashes } from './hashes.ts';
import { Nonces } from './nonces.ts';
import { ReplayGuard } from './replay-guard.ts';
import { HashedNames } from './hashed-names.ts';
import type { ServerFault, ServerFaultHooks } from './server-faults.ts';

export interface DigestServerOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly hashes: Hashes;
  readonly realm: string;
  /** The password of a user, or the hashes made from it; undefined for a stranger. */
  readonly users: (username: string) => string | UserSecret | undefined;
  /**
   * One challenge for each, in this order: the client is to take the first it knows. Default SHA-256, then MD5. MD5 first serves clients that
   * read one header line only; MD5 alone those that give up at a name they do not know, as baresip 1.0 does. @rfc 8760 §2.3, §2.4
   */
  readonly algorithms?: readonly AlgorithmName[];
  /** Default `auth`. An empty list makes a server of RFC 2069. */
  readonly qop?: readonly Qop[];
  /** Default 300,000. */
  readonly nonceLifetimeMs?: number;
  /** `signed`: nothing is kept, and a nonce can be used by anybody who heard it until it expires. `remembered`: nc must grow with each request. Default. */
  readonly mode?: 'signed' | 'remembered';
  /** A nonce is good for the host it was given to only. */
  readonly bindsSource?: boolean;
  /** Names of all users, which are asked for as hashes then. @rfc 7616 §3.4.4 */
  readonly hashedNames?: () => Iterable<string>;
  readonly domain?: readonly string[];
  /** Takes clients that answer without qop although it was offered. Default true. @rfc 7616 §3.4 */
  readonly takesNoQop?: boolean;
  /** Default true. Off where a proxy before us has changed the Request-URI. */
  readonly checksUri?: boolean;
  /** A nextnonce in Authentication-Info: when the nonce is about to expire, in each response, or in none. Default `aging`. */
  readonly nextNonce?: 'aging' | 'always' | 'never';
  /** Offers and takes Basic too; for tests only. */
  readonly allowsBasic?: boolean;
  /** Wrong passwords of one source; without it there is no limit. */
  readonly failureLimit?: Omit<FailureLimitOptions, 'clock'>;
  /** Goes wrong on purpose. */
  readonly fault?: ServerFault;
}

const DEFAULT_ALGORITHMS: readonly AlgorithmName[] = ['SHA-256', 'MD5'];
const DEFAULT_LIFETIME_MS = 300_000;
const OPAQUE_LENGTH = 16;
/** Only a nonce that is ours and too old, or used before, is worth another try with the same password. @rfc 7616 §3.3 (stale) */
const STALE = new Set<ChallengeReason>(['expired-nonce', 'replayed-nonce']);

/** Asks for digest credentials and checks them. @rfc 7616 §3, RFC 8760, RFC 3261 §22.4 */
export class DigestServer {
  readonly realm: string;
  readonly #options: DigestServerOptions;
  readonly #algorithms: readonly DigestAlgorithm[];
  readonly #qop: readonly Qop[];
  readonly #nonces: Nonces;
  readonly #replays: ReplayGuard | undefined;
  readonly #failures: FailureLimit | undefined;
  readonly #names: HashedNames | undefined;
  /** For what is the same in each request of a user. */
  readonly #opaque: string;
  readonly #fault: ServerFaultHooks;
  /** Challenges up to the nonce, which comes last: the rest is the same in all that are stale or not. */
  readonly #fresh: readonly string[];
  readonly #stale: readonly string[];

  /** @see createDigestServer */
  constructor(options: DigestServerOptions) {
    const { clock, ids, hashes, failureLimit, hashedNames } = options;
    this.realm = options.realm;
    this.#options = options;
    this.#algorithms = (options.algorithms ?? DEFAULT_ALGORITHMS).flatMap((name) => algorithmOf(name) ?? []);
    this.#qop = options.qop ?? ['auth'];
    const lifetimeMs = options.nonceLifetimeMs ?? DEFAULT_LIFETIME_MS;
    this.#nonces = new Nonces({ clock, ids, hashes, lifetimeMs });
    this.#replays = options.mode === 'signed' ? undefined : new ReplayGuard();
    this.#failures = failureLimit && new FailureLimit({ clock, ...failureLimit });
    this.#names = hashedNames && new HashedNames(hashes, options.realm, hashedNames);
    this.#opaque = ids.token(OPAQUE_LENGTH);
    this.#fault = options.fault?.hooks() ?? {};
    this.#fresh = this.#fields(undefined, false).map(formatChallenge);
    this.#stale = this.#fields(undefined, true).map(formatChallenge);
  }

  /** Decides about a request. Never for ACK and CANCEL, which cannot be sent again with credentials. @rfc 3261 §22.1 */
  check(attempt: AuthAttempt): AuthVerdict {
    const verdict = this.#judge(attempt);
    return this.#fault.verdict?.(verdict, attempt, () => this.#challenge(attempt, 'fault')) ?? verdict;
  }

  #judge(attempt: AuthAttempt): AuthVerdict {
    const own = attempt.credentials.find(({ params }) => params.get('realm') === this.realm);
    const fields = own && readCredentials(own);
    const basic = this.#options.allowsBasic === true ? attempt.credentials.find(readBasic) : undefined;
    if (fields === undefined && basic === undefined) return this.#challenge(attempt, 'no-credentials');
    if (this.#failures?.isExceeded(attempt.source) === true)
      return { kind: 'refused', status: 403, reason: 'Too Many Failed Attempts' };
    const verdict =
      fields === undefined ? this.#judgeBasic(attempt, basic) : this.#judgeDigest(attempt, fields);
    if (typeof verdict !== 'string') return verdict;
    if (verdict === 'wrong-response' || verdict === 'unknown-user') this.#failures?.failed(attempt.source);
    return this.#challenge(attempt, verdict);
  }

  #judgeBasic(attempt: AuthAttempt, header: AuthHeader | undefined): Accepted | ChallengeReason {
    const basic = header && readBasic(header);
    const secret = basic && this.#secret(basic.username);
    if (basic === undefined || secret === undefined || !('password' in secret)) return 'unknown-user';
    if (!equalInConstantTime(secret.password, basic.password)) return 'wrong-response';
    return { kind: 'accepted', username: basic.username, info: () => undefined };
  }

  #judgeDigest(attempt: AuthAttempt, fields: DigestFields): Accepted | AuthRefused | ChallengeReason {
    const { username, nonce, uri, response, cnonce, nc, opaque } = fields;
    const { checksUri = true, takesNoQop = true, hashes } = this.#options;
    if (username === undefined || nonce === undefined || uri === undefined || response === undefined)
      return malformed('Incomplete Credentials');
    const algorithm = algorithmOf(fields.algorithm);
    if (algorithm === undefined || !this.#algorithms.includes(algorithm)) return 'wrong-algorithm';
    const qop = this.#qop.find((offered) => offered === fields.qop);
    if (qop === undefined && (fields.qop !== undefined || (this.#qop.length > 0 && !takesNoQop)))
      return 'wrong-qop';
    const count = qop === undefined ? 1 : nonceCount(nc);
    if (count === undefined || count === 0) return malformed('Bad Nonce Count');
    if (cnonce === undefined && (qop !== undefined || algorithm.isSession))
      return malformed('Missing Cnonce');
    if (checksUri && uri !== attempt.uri && !equalUris(parseUri(uri), parseUri(attempt.uri)))
      return malformed('Digest URI Mismatch');
    const state = this.#nonces.check(nonce, this.#binding(attempt));
    if (state.kind === 'unknown') return 'unknown-nonce';
    if (opaque !== undefined && opaque !== this.#opaque) return 'wrong-opaque';
    const name = this.#nameOf(algorithm, username, fields.isUserHash);
    const ha1 = this.#ha1(algorithm, name ?? '');
    // Written out: copies by spread are of ever new shapes, which costs more than the hashes.
    const responseTo = (method: string, body: string): string =>
      digestResponse(hashes, {
        algorithm,
        ha1: ha1 ?? '',
        nonce,
        qop,
        nc: nc ?? '',
        cnonce: cnonce ?? '',
        method,
        uri,
        body,
      });
    // Computed for strangers too, so that the time tells nobody who is one.
    const isRight = equalInConstantTime(responseTo(attempt.method, attempt.body), response);
    if (ha1 === undefined || name === undefined) return 'unknown-user';
    if (!isRight) return 'wrong-response';
    if (state.kind === 'expired') return 'expired-nonce';
    if (this.#replays?.take(state.number, state.issuedMs, count) === false) return 'replayed-nonce';
    return {
      kind: 'accepted',
      username: name,
      info: (body) => {
        const rspauth = qop && responseTo('', body);
        return this.#info(fields, attempt, rspauth, state.issuedMs);
      },
    };
  }

  #info(
    fields: DigestFields,
    attempt: AuthAttempt,
    rspauth: string | undefined,
    issuedMs: number,
  ): string | undefined {
    const { nextNonce = 'aging' } = this.#options;
    const wantsNext = nextNonce === 'always' || (nextNonce === 'aging' && this.#nonces.isAging(issuedMs));
    if (!wantsNext && rspauth === undefined) return undefined;
    const said = rspauth === undefined ? undefined : (this.#fault.rspauth?.(rspauth) ?? rspauth);
    return formatAuthParams(
      [
        ['nextnonce', wantsNext ? this.#nonces.issue(this.#binding(attempt)) : undefined],
        ['qop', said === undefined ? undefined : fields.qop],
        ['rspauth', said],
        ['cnonce', said === undefined ? undefined : fields.cnonce],
        ['nc', said === undefined ? undefined : fields.nc],
      ],
      true,
    );
  }

  #challenge(attempt: AuthAttempt, reason: ChallengeReason): Challenged {
    const nonce = this.#nonces.issue(this.#binding(attempt));
    const isStale = STALE.has(reason);
    const digests =
      this.#fault.fields === undefined
        ? (isStale ? this.#stale : this.#fresh).map((text) => `${text}, nonce="${nonce}"`)
        : this.#fault.fields(this.#fields(nonce, isStale)).map(formatChallenge);
    const honest =
      this.#options.allowsBasic === true
        ? [...digests, `Basic ${formatAuthParams([['realm', this.realm]])}`]
        : digests;
    return { kind: 'challenge', reason, challenges: this.#fault.values?.(honest) ?? honest };
  }

  #fields(nonce: string | undefined, isStale: boolean): readonly ChallengeFields[] {
    // One that names no algorithm is MD5, as peers of RFC 2069 expect it.
    const isOld = this.#qop.length === 0;
    return this.#algorithms.map(({ name }) => ({
      realm: this.realm,
      nonce,
      opaque: this.#opaque,
      isStale,
      qop: this.#qop,
      wantsUserHash: this.#names !== undefined,
      domain: this.#options.domain,
      algorithm: isOld && name === 'MD5' ? undefined : name,
    }));
  }

  /** What a nonce is good for. */
  #binding({ source }: AuthAttempt): string {
    return this.#options.bindsSource === true ? `${this.realm} ${source.host}` : this.realm;
  }

  #secret(username: string): UserSecret | undefined {
    const secret = this.#options.users(username);
    return typeof secret === 'string' ? { password: secret } : secret;
  }

  #nameOf(algorithm: DigestAlgorithm, username: string, isHash: boolean): string | undefined {
    return isHash ? this.#names?.find(algorithm.hash, username) : username;
  }

  #ha1(algorithm: DigestAlgorithm, username: string): string | undefined {
    const secret = this.#secret(username);
    return secret && ha1Of(this.#options.hashes, algorithm.hash, { username, realm: this.realm }, secret);
  }
}

export function createDigestServer(options: DigestServerOptions): DigestServer {
  return new DigestServer(options);
}

function malformed(reason: string): AuthRefused {
  return { kind: 'refused', status: 400, reason };
}
