import { ipVersion } from '../core/address.ts';

/**
 * Addresses of one host in the order they are tried: families take turns, IPv6 begins, so that a family that does not work costs one attempt.
 * @rfc 8305 §4
 */
export function orderAddresses(addresses: readonly string[]): readonly string[] {
  const six = addresses.filter((address) => ipVersion(address) === 6);
  const four = addresses.filter((address) => ipVersion(address) === 4);
  const ordered: string[] = [];
  for (let at = 0; at < Math.max(six.length, four.length); at++) {
    for (const family of [six, four]) {
      const address = family[at];
      if (address !== undefined) ordered.push(address);
    }
  }
  return ordered;
}
