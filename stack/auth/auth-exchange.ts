import type { AuthHeader } from '../message/headers/digest.ts';
import { authenticationInfo, challenges } from '../message/headers/digest.ts';
import type { SipMessage } from '../message/message.ts';
import { octetText } from '../message/octets.ts';
import type { AuthKind } from './account.ts';
import { answerable, type DigestChallenge } from './challenge.ts';
import { type AuthRequest, BasicSession, type ClientSession, openSession } from './client-session.ts';
import { AUTH_HEADERS, type CredentialStore, sessionKey } from './credential-store.ts';

/**
 * Why a challenge is the end: `wrong-password`: credentials made for this very nonce were refused; `loop`: the server calls nonces stale that
 * it has just given; `no-account`: none for the realm; `unsupported`: nothing in the challenge that we can compute, or no challenge at all.
 */
export type GiveUpReason = 'wrong-password' | 'loop' | 'no-account' | 'unsupported';

/** What to do after a 401 or 407. */
export type ChallengeOutcome =
  { readonly kind: 'retry' } | { readonly kind: 'give-up'; readonly reason: GiveUpReason };

interface Use {
  readonly session: ClientSession;
  /** Sent before any challenge to this request, with a nonce that may have grown old. */
  readonly isAhead: boolean;
  readonly answers: number;
}

/** Challenges of one realm that one request answers: the first, and one that says the nonce is stale. */
const MAX_ANSWERS = 2;

/** The credentials of one request over all of its attempts. @rfc 3261 §22.1 - §22.3 */
export class AuthExchange {
  readonly #store: CredentialStore;
  readonly #uses = new Map<string, Use>();
  #request: AuthRequest | undefined;

  constructor(store: CredentialStore) {
    this.#store = store;
  }

  /** The header lines of the next attempt: answers to challenges, and what is known to be wanted. */
  lines(request: AuthRequest): readonly (readonly [name: string, value: string])[] {
    if (this.#request === undefined)
      for (const session of this.#store.ahead(request))
        this.#uses.set(sessionKey(session.kind, session.realm), { session, isAhead: true, answers: 0 });
    this.#request = request;
    return [...this.#uses.values()].map(({ session }) => [
      AUTH_HEADERS[session.kind].credentials,
      session.next(request),
    ]);
  }

  /**
   * Takes a 401 or 407. Both kinds of challenge may stand in either, of several realms; in each realm the strongest is answered.
   * @rfc 3261 §22.3, §16.7, RFC 8760 §2.4
   */
  challenged(response: SipMessage): ChallengeOutcome {
    const outcomes = (['www', 'proxy'] as const).flatMap((kind) =>
      [...byRealm(challenges(response, AUTH_HEADERS[kind].challenge))].map(([realm, headers]) =>
        this.#answer(kind, realm, headers),
      ),
    );
    const refusals = outcomes.filter((outcome) => outcome !== 'answered');
    const fatal = refusals.find((reason) => reason === 'wrong-password' || reason === 'loop');
    if (fatal !== undefined) return { kind: 'give-up', reason: fatal };
    if (refusals.length < outcomes.length) return { kind: 'retry' };
    return { kind: 'give-up', reason: refusals.find((reason) => reason === 'no-account') ?? 'unsupported' };
  }

  /**
   * Takes a final response that is no challenge.
   * @returns whether the server proved that it knows the secret; undefined when it did not try. @rfc 7616 §3.5
   */
  settled(response: SipMessage): boolean | undefined {
    const info = authenticationInfo(response);
    if (info === undefined) return undefined;
    const body = octetText(response.bytes, response.body.start, response.body.end);
    const proofs = [...this.#uses.values()]
      .filter(({ session }) => session.kind === 'www')
      .map(({ session }) => session.confirm(info, body));
    return proofs.includes(true) ? true : proofs.find((proof) => proof !== undefined);
  }

  #answer(kind: AuthKind, realm: string, headers: readonly AuthHeader[]): 'answered' | GiveUpReason {
    const key = sessionKey(kind, realm);
    const use = this.#uses.get(key);
    const [challenge] = answerable(headers);
    if (use !== undefined) {
      this.#store.forget(use.session);
      if (challenge?.isStale !== true && !use.isAhead) return 'wrong-password';
      if (use.answers >= MAX_ANSWERS) return 'loop';
    }
    const request = this.#request;
    if (request === undefined) return 'unsupported';
    const session = this.#open(kind, realm, headers, challenge, request);
    if (typeof session === 'string') return session;
    this.#store.remember(session, request, challenge?.domain ?? []);
    this.#uses.set(key, { session, isAhead: false, answers: (use?.answers ?? 0) + 1 });
    return 'answered';
  }

  #open(
    kind: AuthKind,
    realm: string,
    headers: readonly AuthHeader[],
    challenge: DigestChallenge | undefined,
    request: AuthRequest,
  ): ClientSession | GiveUpReason {
    const wantsBasic = !headers.some(({ scheme }) => scheme === 'digest') && this.#store.allowsBasic;
    const isBasic = wantsBasic && headers.some(({ scheme }) => scheme === 'basic');
    if (challenge === undefined && !isBasic) return 'unsupported';
    const account = this.#store.account(kind, realm, request);
    if (account === undefined) return 'no-account';
    if (challenge !== undefined)
      return openSession(this.#store.policy, kind, challenge, account) ?? 'no-account';
    const { secret } = account;
    return 'password' in secret ? new BasicSession(kind, realm, account, secret.password) : 'no-account';
  }
}

/** Challenges of one realm are alternatives; those of several all want their answer. @rfc 3261 §22.3 */
function byRealm(headers: readonly AuthHeader[]): ReadonlyMap<string, readonly AuthHeader[]> {
  const groups = new Map<string, AuthHeader[]>();
  for (const header of headers) {
    const realm = header.params.get('realm');
    if (realm === undefined) continue;
    const group = groups.get(realm);
    if (group === undefined) groups.set(realm, [header]);
    else group.push(header);
  }
  return groups;
}
