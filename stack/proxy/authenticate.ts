import { AUTH_HEADERS } from '../auth/credential-store.ts';
import type { DigestServer } from '../auth/digest-server.ts';
import { isInDialog } from '../agent/inspection.ts';
import { credentials } from '../message/headers/digest.ts';
import { octetText } from '../message/octets.ts';
import type { ProxyPolicy } from './policy.ts';

const { challenge, credentials: CREDENTIALS } = AUTH_HEADERS.proxy;

/**
 * Asks for proxy credentials outside of dialogs: inside, the peer may be somebody without an account here.
 * @param methods - those that must come with credentials; every method when left out.
 * @rfc 3261 §16.3 step 6, §22.3
 */
export function digestOf(server: DigestServer, methods?: readonly string[]): ProxyPolicy['authenticate'] {
  return ({ message, received }) => {
    const { startLine, bytes, body } = message;
    if (startLine.kind !== 'request' || isInDialog(message)) return undefined;
    if (methods?.includes(startLine.method) === false) return undefined;
    const verdict = server.check({
      method: startLine.method,
      uri: startLine.uri,
      body: octetText(bytes, body.start, body.end),
      source: received.from,
      credentials: credentials(message, CREDENTIALS),
    });
    if (verdict.kind === 'accepted') return undefined;
    if (verdict.kind === 'refused') return { status: verdict.status, reason: verdict.reason };
    return { status: 407, headers: verdict.challenges.map((value): [string, string] => [challenge, value]) };
  };
}
