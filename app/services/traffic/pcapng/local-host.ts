import { networkInterfaces } from 'node:os';
import { parseIp, type IpBytes } from './ip-address.ts';

/** Addresses kept for documentation, RFC 5737 and RFC 3849: nobody mistakes them for a real host. */
const NOBODY = { v4: '192.0.2.1', v6: '2001:db8::1' } as const;

interface InterfaceAddress {
  readonly address: string;
  readonly netmask: string;
  readonly internal: boolean;
}

/**
 * The address that stands in a capture file for a socket bound to every interface (0.0.0.0, ::), which has none of its own:
 * this machine's address in the peer's subnet, else the peer's own address when that is one of ours, else the first one that leads outside,
 * else a documentation address.
 * @param remoteHost - IP literal of the peer.
 */
export function localHostFor(
  remoteHost: string,
  interfaces: readonly InterfaceAddress[] = Object.values(networkInterfaces()).flatMap((list) => list ?? []),
): string {
  const remote = parseIp(remoteHost);
  const isV6 = remote?.length === 16;
  const ours = interfaces.filter(({ address }) => (parseIp(address)?.length === 16) === isV6);
  const found =
    ours.find(({ address }) => sameOctets(parseIp(address), remote)) ??
    ours.find(({ address, netmask }) => remote && inSubnet(remote, parseIp(address), parseIp(netmask))) ??
    ours.find(({ internal }) => !internal);
  return found?.address ?? (isV6 ? NOBODY.v6 : NOBODY.v4);
}

const sameOctets = (a: IpBytes | undefined, b: IpBytes | undefined): boolean =>
  a !== undefined && b !== undefined && a.length === b.length && a.every((octet, i) => octet === b[i]);

const inSubnet = (ip: IpBytes, base: IpBytes | undefined, mask: IpBytes | undefined): boolean =>
  base !== undefined &&
  mask !== undefined &&
  ip.length === base.length &&
  ip.every((octet, i) => (octet & (mask[i] ?? 0)) === ((base[i] ?? 0) & (mask[i] ?? 0)));
