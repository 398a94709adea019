import { tokens } from '../message/headers/token-list.ts';
import { path } from '../message/headers/path.ts';
import { vias } from '../message/headers/via.ts';
import type { SipMessage } from '../message/message.ts';
import { parseUri } from '../message/uri.ts';
import type { Refusal } from '../agent/refusal.ts';
import type { RegisterWish } from './contact-requests.ts';

/**
 * Whether reg-id counts in this REGISTER, or why it cannot be served.
 * @rfc 5626 §6
 */
export function outboundOf(message: SipMessage, wish: RegisterWish): boolean | Refusal {
  if (wish.kind !== 'change' || !tokens(message, 'Supported').includes('outbound')) return false;
  const flows = wish.contacts.filter((c) => c.instanceId !== undefined && c.regId !== undefined);
  if (flows.length === 0) return false;
  if (flows.every((c) => c.expiresSec === 0)) return true;
  if (wish.contacts.length > 1) return { status: 400, reason: 'Several Contacts with reg-id' };
  return hasOutboundFirstHop(message) ? true : { status: 439 };
}

/** Either we are the first hop ourselves, or the one that is says `ob` in its Path. */
function hasOutboundFirstHop(message: SipMessage): boolean {
  if (vias(message).length <= 1) return true;
  const firstHop = path(message).at(-1);
  return firstHop !== undefined && parseUri(firstHop.uri).params.has('ob');
}
