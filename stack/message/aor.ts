import { parseUri, unescapeUri, type Uri } from './uri.ts';
import { formatHost } from '../core/address.ts';

/** Signs that a user part may hold without an escape. @rfc 3261 §25.1 (user) */
const PLAIN_USER = /[^A-Za-z0-9\-_.!~*'()&=+$,;?/]/g;

const DEFAULT_PORTS: Readonly<Record<string, number>> = { sip: 5060, sips: 5061 };

/**
 * The address of record that a URI names, in the one form that serves as a key: `sip:alice@example.com`. Parameters, headers and password are
 * gone, escapes that are not needed are undone, the host is in lower case and without the default port. A sips URI names the same user as the
 * sip URI (RFC 5630 §4.1). Undefined for what is no SIP URI.
 * @rfc 3261 §10.3 step 5
 */
export function canonicalAor(uri: Uri | string): string | undefined {
  const { isValid, scheme, user, host, port } = typeof uri === 'string' ? parseUri(uri) : uri;
  if (!isValid || (scheme !== 'sip' && scheme !== 'sips')) return undefined;
  const at = user === undefined ? '' : `${canonicalUser(user)}@`;
  const shownPort = port === undefined || port === DEFAULT_PORTS[scheme] ? '' : `:${port}`;
  return `sip:${at}${formatHost(host.toLowerCase())}${shownPort}`;
}

function canonicalUser(user: string): string {
  if (!user.includes('%')) return user;
  return unescapeUri(user).replace(
    PLAIN_USER,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
