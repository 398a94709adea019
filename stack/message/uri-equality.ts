import { ipv6Groups } from './ipv6.ts';
import { type Uri, parseUri } from './parse-uri.ts';
import { bareNumber } from './tel-uri.ts';

/** Parameters that make two URIs differ when only one of them has them. @rfc 3261 §19.1.4 */
const DECIDING = ['user', 'ttl', 'method', 'maddr', 'transport'];
const RESERVED = ';/?:@&=+$,';

/** Escapes of unreserved characters undone, the others with upper-case digits: equal texts mean equal parts. */
function normalise(part: string): string {
  if (!part.includes('%')) return part;
  return part.replace(/%([0-9a-fA-F]{2})/g, (escape, hex: string) => {
    const character = String.fromCharCode(parseInt(hex, 16));
    return RESERVED.includes(character) || character === '%' ? escape.toUpperCase() : character;
  });
}

function fold(part: string): string {
  return normalise(part).toLowerCase();
}

function same(a: string | undefined, b: string | undefined, form: (part: string) => string): boolean {
  return a === undefined || b === undefined ? a === b : a === b || form(a) === form(b);
}

function equalParams(a: Uri['params'], b: Uri['params']): boolean {
  for (const [name, value] of a) {
    if (b.has(name) ? !same(value, b.get(name), fold) : DECIDING.includes(name)) return false;
  }
  return DECIDING.every((name) => a.has(name) || !b.has(name));
}

/** The headers of a URI as a sorted list, so that their order does not count. */
function sortedHeaders(headers: string): string {
  return headers
    .split('&')
    .map((header) => {
      const equals = header.indexOf('=');
      return equals < 0
        ? fold(header)
        : `${fold(header.substring(0, equals))}=${normalise(header.substring(equals + 1))}`;
    })
    .sort()
    .join('&');
}

function foldNumber(part: string): string {
  return bareNumber(fold(part));
}

/** Hosts are equal by their characters in any case, IPv6 addresses by their 128 bits. @rfc 5954 §4.2 */
function equalHosts(a: string, b: string): boolean {
  if (a === b || a.toLowerCase() === b.toLowerCase()) return true;
  const groups = a.includes(':') && b.includes(':') ? ipv6Groups(a) : undefined;
  return groups !== undefined && groups.join() === ipv6Groups(b)?.join();
}

/** All parameters count in a tel URI, in any order. @rfc 3966 §4 */
function equalTel(a: Uri, b: Uri): boolean {
  if (a.params.size !== b.params.size || foldNumber(a.user ?? '') !== foldNumber(b.user ?? '')) return false;
  for (const [name, value] of a.params) {
    if (!b.params.has(name)) return false;
    const isNumber = name === 'ext' || (name === 'phone-context' && value?.startsWith('+') === true);
    if (!same(value, b.params.get(name), isNumber ? foldNumber : fold)) return false;
  }
  return true;
}

/**
 * Whether two URIs mean the same resource: SIP and SIPS by RFC 3261 §19.1.4, tel by RFC 3966 §4, others octet for octet behind the scheme.
 */
export function equalUris(one: Uri | string, other: Uri | string): boolean {
  const a = typeof one === 'string' ? parseUri(one) : one;
  const b = typeof other === 'string' ? parseUri(other) : other;
  if (a.scheme !== b.scheme) return false;
  if (a.scheme === 'tel') return equalTel(a, b);
  if (a.scheme !== 'sip' && a.scheme !== 'sips') {
    return a.text.substring(a.scheme.length) === b.text.substring(b.scheme.length);
  }
  return (
    equalHosts(a.host, b.host) &&
    a.port === b.port &&
    same(a.user, b.user, normalise) &&
    same(a.password, b.password, normalise) &&
    equalParams(a.params, b.params) &&
    sortedHeaders(a.headers) === sortedHeaders(b.headers)
  );
}
