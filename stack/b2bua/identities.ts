import type { CallOptions } from '../agent/call-options.ts';
import { ipVersion } from '../core/address.ts';
import { fromHeader, toHeader, type NameAddr } from '../message/headers/name-addr.ts';
import type { SipMessage } from '../message/message.ts';
import { parseUri } from '../message/uri.ts';
import type { HeaderPolicy } from './header-policy.ts';

/** What the INVITE of the callee's leg says in From and To. */
export type Identities = Pick<CallOptions, 'from' | 'fromUser' | 'fromDisplay' | 'to' | 'toDisplay'>;

/** From and To of the caller's INVITE as the callee sees them. @rfc 7092 §3.2.1 */
export function identitiesFor(invite: SipMessage, shown: HeaderPolicy['identities'] = 'hide'): Identities {
  const from = fromHeader(invite);
  const to = toHeader(invite);
  return { ...callerIdentity(from, shown), ...toOf(to, shown) };
}

/** @param from - who calls, as he says himself. */
export function callerIdentity(
  from: Pick<NameAddr, 'uri' | 'displayName'> | undefined,
  shown: HeaderPolicy['identities'] = 'hide',
): Identities {
  if (from === undefined) return {};
  const { user } = parseUri(from.uri);
  const name = from.displayName === undefined ? {} : { fromDisplay: from.displayName };
  if (isShown(from.uri, shown)) return { ...name, from: from.uri };
  return user === undefined || user === '' ? name : { ...name, fromUser: user };
}

function toOf(to: NameAddr | undefined, shown: HeaderPolicy['identities']): Identities {
  if (to === undefined) return {};
  const name = to.displayName === undefined ? {} : { toDisplay: to.displayName };
  return isShown(to.uri, shown) ? { ...name, to: to.uri } : name;
}

/** A URI without a host of its own (tel) tells nothing of a network. */
function isShown(uri: string, shown: HeaderPolicy['identities']): boolean {
  if (shown === 'copy') return true;
  const { host, isValid } = parseUri(uri);
  return isValid && shown === 'hide' && ipVersion(host) === undefined;
}
