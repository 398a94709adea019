import { ipVersion, type Address } from '../core/address.ts';

const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;
const XOR_MAPPED_ADDRESS = 0x0020;
const MAGIC_COOKIE = 0x2112a442;
const HEADER_BYTES = 20;

/** Whether a datagram is STUN: no SIP message begins with such an octet, and the cookie stands where it must. @rfc 5389 §8 */
export function isStun(bytes: Uint8Array): boolean {
  const [first = 0xff] = bytes;
  return first < 4 && bytes.length >= HEADER_BYTES && view(bytes).getUint32(4) === MAGIC_COOKIE;
}

/**
 * The answer to a STUN binding request that keeps a flow over UDP alive: where it came from.
 * @returns undefined for STUN that is no well-formed binding request; that is left alone.
 * @rfc 5626 §8, RFC 5389 §7.3.1, §15.2
 */
export function bindingResponse(request: Uint8Array, from: Address): Uint8Array | undefined {
  const asked = view(request);
  if (!isStun(request) || asked.getUint16(0) !== BINDING_REQUEST) return undefined;
  if (asked.getUint16(2) !== request.length - HEADER_BYTES || request.length % 4 !== 0) return undefined;
  const host = hostOctets(from.host);
  if (host === undefined) return undefined;
  const response = new Uint8Array(HEADER_BYTES + 8 + host.length);
  const out = view(response);
  out.setUint16(0, BINDING_SUCCESS);
  out.setUint16(2, 8 + host.length);
  // Cookie and transaction id as they came; they also veil the address from NATs that rewrite what looks like one.
  response.set(request.subarray(4, HEADER_BYTES), 4);
  out.setUint16(HEADER_BYTES, XOR_MAPPED_ADDRESS);
  out.setUint16(HEADER_BYTES + 2, 4 + host.length);
  out.setUint16(HEADER_BYTES + 4, host.length === 4 ? 1 : 2);
  out.setUint16(HEADER_BYTES + 6, from.port ^ (MAGIC_COOKIE >>> 16));
  host.forEach((octet, at) => {
    response[HEADER_BYTES + 8 + at] = octet ^ (request[4 + at] ?? 0);
  });
  return response;
}

function view({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

function hostOctets(host: string): readonly number[] | undefined {
  const version = ipVersion(host);
  if (version === undefined) return undefined;
  return version === 4 ? host.split('.').map(Number) : ipv6Octets(host);
}

/** An IPv4 address mapped into IPv6 keeps its dots at the end. */
function ipv6Octets(host: string): readonly number[] | undefined {
  const dotted = /(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(host);
  const pair = (high = '', low = ''): string => (Number(high) * 256 + Number(low)).toString(16);
  const plain = dotted
    ? `${dotted[1] ?? ''}${pair(dotted[2], dotted[3])}:${pair(dotted[4], dotted[5])}`
    : host;
  const [head = '', tail] = (plain.split('%')[0] ?? '').split('::');
  const groups = (text = ''): number[] =>
    text === '' ? [] : text.split(':').map((group) => parseInt(group, 16));
  const [before, after] = [groups(head), groups(tail)];
  const missing = tail === undefined ? 0 : 8 - before.length - after.length;
  if (missing < 0) return undefined;
  const all = [...before, ...Array<number>(missing).fill(0), ...after];
  return all.length === 8 ? all.flatMap((group) => [group >> 8, group & 0xff]) : undefined;
}
