import type { AuthKind } from '../../auth/account.ts';
import type { AuthVerdict } from '../../auth/auth-verdict.ts';
import { AUTH_HEADERS } from '../../auth/credential-store.ts';
import type { DigestServer } from '../../auth/digest-server.ts';
import type { HeaderLine } from '../../agent/header-line.ts';
import { isInDialog } from '../../agent/inspection.ts';
import { credentials } from '../../message/headers/digest.ts';
import { octetText } from '../../message/octets.ts';
import type { Handler, ServerRequest } from '../handler.ts';

export interface AuthenticateOptions {
  readonly server: DigestServer;
  /** Whose requests must come with credentials; a BYE only in dialogs. ACK and CANCEL are never asked for them. @rfc 3261 §22.1 */
  readonly methods: readonly string[];
  /** `www` answers 401, as a registrar or the callee does; `proxy` answers 407. Default `www`. @rfc 3261 §22.2, §22.3 */
  readonly kind?: AuthKind;
  /** Asks in dialogs too; off, because a peer that we have called may have no account here. Who does not answer the challenge of a BYE keeps the call. */
  readonly inDialogs?: boolean;
}

/** Lets requests through whose sender proves to know a password; the handlers behind find the name in `request.user`. @rfc 3261 §22.4, RFC 7616 §3 */
export function authenticate(options: AuthenticateOptions): Handler {
  const { server, methods, kind = 'www', inDialogs = false } = options;
  const names = AUTH_HEADERS[kind];
  const status = kind === 'www' ? 401 : 407;
  const asked = new Set(methods);
  /** Whether the sender has proved who he is; if not, he was answered. */
  const admits = (request: ServerRequest): boolean => {
    const verdict = check(server, request, credentials(request.message, names.credentials));
    if (verdict.kind === 'challenge') {
      const headers = verdict.challenges.map((value): HeaderLine => [names.challenge, value]);
      request.respond(status, { headers });
      return false;
    }
    if (verdict.kind === 'refused') {
      request.respond(verdict.status, { reason: verdict.reason });
      return false;
    }
    const { username } = verdict;
    request.user = {
      username,
      realm: server.realm,
      proof: (body) => (kind === 'www' ? infoLines(verdict.info(body)) : []),
    };
    return true;
  };
  return {
    name: 'authenticate',
    // None: this handler serves nothing by itself, so it adds nothing to Allow.
    methods: [],
    explain: () =>
      `${methods.join(', ')}: answers ${status} until the sender proves to know the password of a user of ${server.realm}.`,
    admitsBye: (request) => !inDialogs || !asked.has('BYE') || admits(request),
    handle: (request, next) => {
      const isAsked = asked.has(request.method) && (inDialogs || !isInDialog(request.message));
      return !isAsked || admits(request) ? next() : undefined;
    },
  };
}

function check(
  server: DigestServer,
  { method, message, incoming }: ServerRequest,
  given: ReturnType<typeof credentials>,
): AuthVerdict {
  const { startLine, bytes, body } = message;
  return server.check({
    method,
    uri: startLine.kind === 'request' ? startLine.uri : '',
    body: octetText(bytes, body.start, body.end),
    source: incoming.received.from,
    credentials: given,
  });
}

function infoLines(info: string | undefined): readonly HeaderLine[] {
  return info === undefined ? [] : [['Authentication-Info', info]];
}
