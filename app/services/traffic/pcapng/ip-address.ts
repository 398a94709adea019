import { isIPv4, isIPv6 } from 'node:net';

/** An address as octets in network order: four or sixteen. */
export type IpBytes = Uint8Array;

/**
 * The octets of an IP literal; an IPv4 address mapped into IPv6 (`::ffff:127.0.0.1`, what a dual-stack socket reports) is the IPv4 address.
 * A zone (`fe80::1%eth0`) is left out. Undefined for anything else, host names too.
 */
export function parseIp(host: string): IpBytes | undefined {
  const literal = host.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  if (isIPv4(literal)) return Uint8Array.from(literal.split('.'), Number);
  if (!isIPv6(literal)) return undefined;
  const bytes = ipv6Bytes(literal);
  const isMapped = bytes.subarray(0, 10).every((b) => b === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
  return isMapped ? bytes.slice(12) : bytes;
}

function ipv6Bytes(literal: string): Uint8Array {
  const dotted = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(literal);
  const text = dotted
    ? literal.slice(0, dotted.index) +
      [hexPair(dotted[1], dotted[2]), hexPair(dotted[3], dotted[4])].join(':')
    : literal;
  const [head = '', tail] = text.split('::');
  const groups = (part: string): number[] => (part === '' ? [] : part.split(':').map((g) => parseInt(g, 16)));
  const front = groups(head);
  const back = tail === undefined ? [] : groups(tail);
  const all = [...front, ...Array<number>(8 - front.length - back.length).fill(0), ...back];
  return Uint8Array.from(all.flatMap((g) => [g >> 8, g & 0xff]));
}

const hexPair = (high: string | undefined, low: string | undefined): string =>
  ((Number(high) << 8) | Number(low)).toString(16);

/** 0.0.0.0 and ::, what a socket bound to every interface calls itself. */
export const isUnspecified = (ip: IpBytes): boolean => ip.every((b) => b === 0);

/** The IPv4 address as IPv6, for the odd pair of one of each. @rfc 4291 §2.5.5.2 */
export const mapToIpv6 = (ip: IpBytes): IpBytes =>
  ip.length === 16 ? ip : Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, ...ip]);
