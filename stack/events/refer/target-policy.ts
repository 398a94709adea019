import { ipVersion } from '../../core/address.ts';
import { isPublic } from '../../lint/ip-range.ts';

/** This network, multicast, reserved, and IPv6 forms that stand for IPv4 addresses. @rfc 1122 §3.2.1.3, RFC 5771, RFC 4291 §2.5.5, RFC 6052 §2.1 */
const NEVER = [/^0\./, /^2(?:2[4-9]|[34]\d|5[0-5])\./, /^ff/i, /^::/, /^0*:0*:/, /^64:ff9b:/i];

/** Names that lead back here, or that some resolvers take for numbers: `127.1`, `0x7f000001`. */
const LOCAL_NAME = /^[^.]*$|\.(?:localhost|local|internal)\.?$|(?:^|\.)(?:\d+|0x[0-9a-f]*)\.?$/i;

/**
 * Whether a host may be called because somebody else said so: no address of a private network, of this machine or of many, and no name that is
 * known to lead to one. Other names are not looked up here.
 * @rfc 3515 §5.1
 */
export function isPublicTarget(host: string): boolean {
  if (ipVersion(host) === undefined) return !LOCAL_NAME.test(host);
  return isPublic(host) && !NEVER.some((range) => range.test(host));
}
