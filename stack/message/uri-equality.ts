import { type Uri, parseUri } from './parse-uri.ts';

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

/** A telephone number without its visual separators. @rfc 3966 §4 */
function bareNumber(number: string): string {
  return number.replace(/[-.()]/g, '').toLowerCase();
}

/** All parameters count in a tel URI, in any order. @rfc 3966 §4 */
function equalTel(a: Uri, b: Uri): boolean {
  if (a.params.size !== b.params.size || bareNumber(a.user ?? '') !== bareNumber(b.user ?? '')) return false;
  for (const [name, value] of a.params) {
    if (!b.params.has(name)) return false;
    const form =
      name === 'ext' || name === 'phone-context' ? (part: string): string => bareNumber(fold(part)) : fold;
    if (!same(value, b.params.get(name), form)) return false;
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
    a.host.toLowerCase() === b.host.toLowerCase() &&
    a.port === b.port &&
    same(a.user, b.user, normalise) &&
    same(a.password, b.password, normalise) &&
    equalParams(a.params, b.params) &&
    sortedHeaders(a.headers) === sortedHeaders(b.headers)
  );
}
