import { contacts } from '../message/headers/name-addr.ts';
import type { SipMessage } from '../message/message.ts';
import { parseUri } from '../message/uri.ts';
import type { Target } from './target.ts';

/** The contacts of a redirection as targets, best q first. @rfc 3261 §8.1.3.4, §16.5 */
export function redirectTargets(response: SipMessage): readonly Target[] {
  return contacts(response)
    .filter(({ uri, isWildcard }) => !isWildcard && isSip(uri))
    .map(({ uri, params }) => ({ uri: withoutHeaders(uri), routes: [], q: quality(params.get('q')) }))
    .sort((a, b) => b.q - a.q);
}

function isSip(uri: string): boolean {
  const { scheme, isValid } = parseUri(uri);
  return isValid && (scheme === 'sip' || scheme === 'sips');
}

/** Headers of a Contact would have to be copied into the request; a proxy does not let a callee do that. @rfc 3261 §19.1.5 */
function withoutHeaders(uri: string): string {
  const { headers } = parseUri(uri);
  return headers === '' ? uri : uri.substring(0, uri.length - headers.length - 1);
}

function quality(q: string | undefined): number {
  const number = Number(q ?? 1);
  return number >= 0 && number <= 1 ? number : 0;
}
