import { formatHost } from '../core/address.ts';
import { parseUri } from '../message/uri.ts';

/**
 * The name under which the state of a URI is kept: scheme `sip`, user and host, no port and no parameters, so that every way of writing an
 * address of record on one server means the same. What is no SIP URI stays as it is. @rfc 3261 §10.3
 */
export function resourceOf(uri: string): string {
  const { scheme, user, host, isValid } = parseUri(uri);
  if (!isValid || (scheme !== 'sip' && scheme !== 'sips')) return uri;
  const at = user === undefined || user === '' ? '' : `${user}@`;
  return `sip:${at}${formatHost(host.toLowerCase())}`;
}
