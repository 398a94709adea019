import type { Ids } from '../core/ids.ts';
import type { ChallengeName, CredentialsName } from '../message/headers/digest.ts';
import { parseUri } from '../message/uri.ts';
import type { Account, Accounts, AuthKind } from './account.ts';
import type { ClientFault } from './client-faults.ts';
import type { AuthRequest, ClientSession, CredentialPolicy } from './client-session.ts';
import type { Hashes } from './hashes.ts';

/** Where a challenge of each kind stands, and where its answer goes. @rfc 3261 §22.2, §22.3 */
export const AUTH_HEADERS: Readonly<
  Record<AuthKind, { readonly challenge: ChallengeName; readonly credentials: CredentialsName }>
> = {
  www: { challenge: 'WWW-Authenticate', credentials: 'Authorization' },
  proxy: { challenge: 'Proxy-Authenticate', credentials: 'Proxy-Authorization' },
};

export interface CredentialStoreOptions {
  readonly hashes: Hashes;
  readonly ids: Ids;
  readonly accounts: Accounts;
  /** Answers Basic where no digest is offered; off, because RFC 3261 §22 forbids it. */
  readonly allowsBasic?: boolean;
  /** Where a server offers both, the digest covers the body too (auth-int). */
  readonly prefersIntegrity?: boolean;
  /** Makes every answer wrong on purpose. */
  readonly fault?: ClientFault;
}

/** Protection spaces that are remembered; the one unused for longest is forgotten first. */
const MAX_SCOPES = 20_000;

/**
 * The accounts of a client and the nonces it may use again: for the same Call-ID, for the same To (401), through the same outbound proxy
 * (407), and for the hosts that a challenge names as its domain.
 * @rfc 3261 §22.2, §22.3
 */
export class CredentialStore {
  readonly policy: CredentialPolicy;
  readonly allowsBasic: boolean;
  readonly #accounts: Accounts;
  readonly #scopes = new Map<string, Map<string, ClientSession>>();
  readonly #scopesOf = new WeakMap<ClientSession, readonly string[]>();

  constructor(options: CredentialStoreOptions) {
    const { hashes, ids, fault, prefersIntegrity = false } = options;
    this.policy = { hashes, ids, fault: fault?.hooks() ?? {}, prefersIntegrity };
    this.allowsBasic = options.allowsBasic ?? false;
    this.#accounts = options.accounts;
  }

  account(kind: AuthKind, realm: string, request: AuthRequest): Account | undefined {
    return this.#accounts({ kind, realm, from: request.from });
  }

  /** Credentials that a request can carry before it is challenged. */
  ahead(request: AuthRequest): readonly ClientSession[] {
    const found = new Map<string, ClientSession>();
    for (const scope of scopesToTry(request))
      for (const [key, session] of this.#scopes.get(scope) ?? [])
        if (!found.has(key)) found.set(key, session);
    return [...found.values()];
  }

  /** @param domain - URIs that the credentials are good for too. */
  remember(session: ClientSession, request: AuthRequest, domain: readonly string[]): void {
    const scopes = scopesToKeep(session.kind, request, domain);
    this.#scopesOf.set(session, scopes);
    for (const scope of scopes) {
      const sessions = this.#scopes.get(scope) ?? new Map<string, ClientSession>();
      sessions.set(sessionKey(session.kind, session.realm), session);
      this.#scopes.delete(scope);
      this.#scopes.set(scope, sessions);
    }
    for (const scope of this.#scopes.keys()) {
      if (this.#scopes.size <= MAX_SCOPES) break;
      this.#scopes.delete(scope);
    }
  }

  /** Its nonce is of no use any more, or its password never was. */
  forget(session: ClientSession): void {
    for (const scope of this.#scopesOf.get(session) ?? []) {
      const sessions = this.#scopes.get(scope);
      const key = sessionKey(session.kind, session.realm);
      if (sessions?.get(key) !== session) continue;
      sessions.delete(key);
      if (sessions.size === 0) this.#scopes.delete(scope);
    }
  }
}

/** One for each realm and kind of challenge. */
export function sessionKey(kind: AuthKind, realm: string): string {
  return `${kind} ${realm}`;
}

function scopesToKeep(kind: AuthKind, request: AuthRequest, domain: readonly string[]): readonly string[] {
  const { from } = request;
  const scopes = [callScope(request)];
  if (kind === 'www') {
    scopes.push(toScope(request));
    for (const uri of domain) scopes.push(hostScope(parseUri(uri).host, from));
  } else if (request.nextHop !== request.uri) scopes.push(hopScope(request));
  return scopes;
}

function scopesToTry(request: AuthRequest): readonly string[] {
  const host = hostScope(parseUri(request.uri).host, request.from);
  return [callScope(request), toScope(request), hopScope(request), host];
}

function callScope({ callId }: AuthRequest): string {
  return `call ${callId}`;
}

function toScope({ to, from }: AuthRequest): string {
  return `to ${to} ${from}`;
}

function hopScope({ nextHop, from }: AuthRequest): string {
  return `hop ${nextHop} ${from}`;
}

function hostScope(host: string, from: string): string {
  return `host ${host.toLowerCase()} ${from}`;
}
