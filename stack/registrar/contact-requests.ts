import { contacts, type NameAddr } from '../message/headers/name-addr.ts';
import { expires } from '../message/headers/simple.ts';
import { formatParam } from '../message/params.ts';
import type { SipMessage } from '../message/message.ts';
import { parseUri } from '../message/uri.ts';

/** One Contact of a REGISTER, as it asks. */
export interface ContactRequest {
  readonly uri: string;
  readonly displayName: string | undefined;
  readonly q: number;
  /** What the contact or else the message says; undefined when both are silent. @rfc 3261 §10.2.1.1 */
  readonly expiresSec: number | undefined;
  /** `+sip.instance` without its angle brackets. @rfc 5626 §4.1 */
  readonly instanceId: string | undefined;
  readonly regId: number | undefined;
  /** The other parameters, ready to be written: `;methods="INVITE"`. */
  readonly params: string;
}

/** What a REGISTER asks for: nothing (a query), everything removed, or changes. @rfc 3261 §10.3 steps 6 and 7 */
export type RegisterWish =
  | { readonly kind: 'query' }
  | { readonly kind: 'remove-all' }
  | { readonly kind: 'change'; readonly contacts: readonly ContactRequest[] }
  | { readonly kind: 'bad'; readonly reason: string };

/** Malformed expiry counts as this. @rfc 3261 §10.2.1.1 */
const MALFORMED_EXPIRES_SEC = 3600;
/** Larger values count as this. @rfc 3261 §20.19 */
const MAX_EXPIRES_SEC = 2 ** 32 - 1;

/** Parameters that the registrar reads, or that are its own to give. @rfc 5627 §5.1, RFC 5626 §4.2 */
const OWN_PARAMS = new Set(['q', 'expires', '+sip.instance', 'reg-id', 'pub-gruu', 'temp-gruu']);

/** Reads the Contact and Expires header fields. */
export function wishOf(message: SipMessage): RegisterWish {
  const given = contacts(message);
  if (given.length === 0) return { kind: 'query' };
  const wholeSec =
    message.first('Expires') === undefined ? undefined : (expires(message) ?? MALFORMED_EXPIRES_SEC);
  if (given.some((contact) => contact.isWildcard)) {
    if (given.length > 1) return bad('Contact * stands with others');
    return wholeSec === 0 ? { kind: 'remove-all' } : bad('Contact * without Expires 0');
  }
  const wanted: ContactRequest[] = [];
  for (const contact of given) {
    const problem = contact.problem ?? parseUri(contact.uri).problem;
    if (problem !== undefined) return bad(`Bad Contact: ${problem.replace(/\.$/, '')}`);
    wanted.push(read(contact, wholeSec));
  }
  return { kind: 'change', contacts: wanted };
}

function bad(reason: string): RegisterWish {
  return { kind: 'bad', reason };
}

function read(contact: NameAddr, wholeSec: number | undefined): ContactRequest {
  const { params } = contact;
  const expiry = params.get('expires');
  const instance = params.get('+sip.instance');
  let others = '';
  if (params.size > 0)
    for (const [name, value] of params) if (!OWN_PARAMS.has(name)) others += formatParam(name, value);
  return {
    uri: contact.uri,
    displayName: contact.displayName,
    q: qOf(params.get('q')),
    expiresSec: params.has('expires') ? secondsOf(expiry) : wholeSec,
    instanceId: instance === undefined ? undefined : withoutBrackets(instance),
    regId: regIdOf(params.get('reg-id')),
    params: others,
  };
}

function secondsOf(text: string | undefined): number {
  return text !== undefined && /^\d+$/.test(text)
    ? Math.min(Number(text), MAX_EXPIRES_SEC)
    : MALFORMED_EXPIRES_SEC;
}

/** A malformed q counts as none. @rfc 3261 §25.1 (qvalue) */
function qOf(text: string | undefined): number {
  return text !== undefined && /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/.test(text) ? Number(text) : 1;
}

/** 1 to 2^31-1; anything else counts as none. @rfc 5626 §4.2 */
function regIdOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return undefined;
  const id = Number(text);
  return id >= 1 && id < 2 ** 31 ? id : undefined;
}

function withoutBrackets(text: string): string {
  return text.startsWith('<') && text.endsWith('>') ? text.slice(1, -1) : text;
}
