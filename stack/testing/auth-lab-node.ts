import { singleAccount } from '../auth/account.ts';
import { AuthExchange } from '../auth/auth-exchange.ts';
import type { AuthVerdict } from '../auth/auth-verdict.ts';
import type { AuthRequest } from '../auth/client-session.ts';
import { CredentialStore, type CredentialStoreOptions } from '../auth/credential-store.ts';
import { createDigestServer, type DigestServerOptions } from '../auth/digest-server.ts';
import { nodeHashes } from '../auth/node/hashes.ts';
import { createIds } from '../core/seeded-ids.ts';
import { credentials } from '../message/headers/digest.ts';
import type { SipMessage } from '../message/message.ts';
import { toBytes } from '../message/octets.ts';
import { parseMessage } from '../message/parse.ts';
import { ManualClock } from './manual-clock.ts';

/** What the requests of the lab have in common. */
export const BASE_REQUEST: AuthRequest = {
  method: 'REGISTER',
  uri: 'sip:example.com',
  body: undefined,
  callId: 'call-1',
  from: 'sip:alice@example.com',
  to: 'sip:alice@example.com',
  nextHop: 'sip:example.com',
};
/** Where they come from. */
export const PEER_SOURCE = { host: '10.0.0.7', port: 5060 };

/** A message without body. */
export const headersOnly = (startLine: string, lines: readonly string[]): SipMessage =>
  parseMessage(toBytes([startLine, ...lines, '', ''].join('\r\n')));

export interface AuthLabOptions {
  readonly client?: Partial<CredentialStoreOptions>;
  readonly server?: Partial<DigestServerOptions>;
}

/** Our client against our server, without a wire between them. Alice's password is `secret`. */
export const authLab = ({ client = {}, server = {} }: AuthLabOptions = {}) => {
  const clock = new ManualClock();
  const store = new CredentialStore({
    hashes: nodeHashes,
    ids: createIds('client'),
    accounts: singleAccount('alice', 'secret'),
    ...client,
  });
  const digest = createDigestServer({
    clock,
    ids: createIds('server'),
    hashes: nodeHashes,
    realm: 'example.com',
    users: (name) => (name === 'alice' ? 'secret' : undefined),
    ...server,
  });
  const check = (
    request: AuthRequest,
    lines: readonly (readonly [string, string])[],
    source = PEER_SOURCE,
  ) => {
    const wire = headersOnly(
      `${request.method} ${request.uri} SIP/2.0`,
      lines.map(([n, v]) => `${n}: ${v}`),
    );
    const body = typeof request.body === 'string' ? request.body : '';
    const { method, uri } = request;
    return digest.check({ method, uri, body, source, credentials: credentials(wire, 'Authorization') });
  };
  /** Sends a request until it gets through or the client gives up: what each attempt met. */
  const send = (request: Partial<AuthRequest> = {}) => {
    const exchange = new AuthExchange(store);
    const log: string[] = [];
    const attempt = { ...BASE_REQUEST, ...request };
    for (;;) {
      const lines = exchange.lines(attempt);
      const verdict = check(attempt, lines);
      log.push(verdict.kind === 'challenge' ? verdict.reason : inWords(verdict));
      if (verdict.kind !== 'challenge') return { log, lines, verdict, exchange };
      const outcome = exchange.challenged(
        headersOnly(
          'SIP/2.0 401 Unauthorized',
          verdict.challenges.map((c) => `WWW-Authenticate: ${c}`),
        ),
      );
      if (outcome.kind === 'give-up') return { log: [...log, outcome.reason], lines, verdict, exchange };
      if (log.length > 9) throw new Error('the client never gives up');
    }
  };
  return { clock, store, check, send };
};

const inWords = (verdict: AuthVerdict): string =>
  verdict.kind === 'refused' ? `${verdict.status} ${verdict.reason}` : verdict.kind;

/** The value of Authentication-Info, or `none`. */
export const infoOf = (verdict: AuthVerdict, body = ''): string => {
  const value = verdict.kind === 'accepted' ? verdict.info(body) : undefined;
  return value ?? 'none';
};

/** A parameter of the first credentials. */
export const credentialParam = (
  lines: readonly (readonly [string, string])[],
  name: string,
): string | undefined => new RegExp(`\\b${name}="?([^",]*)`).exec(lines[0]?.[1] ?? '')?.[1];
