import { ipVersion } from '../core/address.ts';

/** Addresses that mean something else, or nothing, elsewhere. @rfc 1918 §3, RFC 6598 §7, RFC 3927 §2, RFC 4193 §3, RFC 4291 §2.5 */
const PRIVATE = [
  /^10\./,
  /^172\.(1[6-9]|2\d|3[01])\./,
  /^192\.168\./,
  /^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./,
  /^169\.254\./,
  /^127\./,
  /^f[cd][0-9a-f]{2}:/i,
  /^fe[89ab][0-9a-f]:/i,
  /^::1$/,
];

/** An IP literal that is reachable from its own network only. */
export function isPrivate(host: string): boolean {
  return ipVersion(host) !== undefined && PRIVATE.some((range) => range.test(host));
}

/** An IP literal that means the same everywhere. */
export function isPublic(host: string): boolean {
  return ipVersion(host) !== undefined && host !== '0.0.0.0' && host !== '::' && !isPrivate(host);
}
