import { ipVersion, type Address } from '../core/address.ts';
import { ipv6Groups } from '../message/ipv6.ts';

const BINDING_REQUEST = 0x0001;
const BINDING_SUCCESS = 0x0101;
const XOR_MAPPED_ADDRESS = 0x0020;
const MAGIC_COOKIE = 0x2112a442;
const HEADER_BYTES = 20;
/** Length of a transaction id. @rfc 5389 §6 */
export const STUN_ID_BYTES = 12;

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

/**
 * Asks where the peer sees us.
 * @param id - of the transaction, {@link STUN_ID_BYTES} octets by chance.
 * @rfc 5626 §4.4.2, RFC 5389 §7.1
 */
export function bindingRequest(id: Uint8Array): Uint8Array {
  const request = new Uint8Array(HEADER_BYTES);
  view(request).setUint16(0, BINDING_REQUEST);
  view(request).setUint32(4, MAGIC_COOKIE);
  request.set(id, HEADER_BYTES - STUN_ID_BYTES);
  return request;
}

/** Which request a STUN message belongs to, as text. */
export function stunId(message: Uint8Array): string {
  return String.fromCharCode(...message.subarray(HEADER_BYTES - STUN_ID_BYTES, HEADER_BYTES));
}

/**
 * Where a binding response says that our request came from.
 * @returns undefined when it is no well-formed success with an XOR-MAPPED-ADDRESS.
 * @rfc 5389 §7.3.3, §15.2
 */
export function mappedAddress(response: Uint8Array): Address | undefined {
  const given = view(response);
  if (!isStun(response) || given.getUint16(0) !== BINDING_SUCCESS) return undefined;
  const end = HEADER_BYTES + given.getUint16(2);
  if (end !== response.length) return undefined;
  for (let at = HEADER_BYTES; at + 4 <= end;) {
    const length = given.getUint16(at + 2);
    const value = at + 4;
    if (value + length > end) return undefined;
    if (given.getUint16(at) === XOR_MAPPED_ADDRESS) return unveiled(response, value, length);
    // Attributes are padded to four octets (15).
    at = value + length + ((4 - (length % 4)) % 4);
  }
  return undefined;
}

function unveiled(response: Uint8Array, at: number, length: number): Address | undefined {
  const given = view(response);
  const family = length < 4 ? 0 : given.getUint8(at + 1);
  if (!(family === 1 && length === 8) && !(family === 2 && length === 20)) return undefined;
  const port = given.getUint16(at + 2) ^ (MAGIC_COOKIE >>> 16);
  const octets = [...response.subarray(at + 4, at + length)].map(
    (octet, i) => octet ^ (response[4 + i] ?? 0),
  );
  if (family === 1) return { host: octets.join('.'), port };
  const groups = Array.from({ length: 8 }, (_, i) => (octets[2 * i] ?? 0) * 256 + (octets[2 * i + 1] ?? 0));
  return { host: groups.map((group) => group.toString(16)).join(':'), port };
}

function view({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

function hostOctets(host: string): readonly number[] | undefined {
  const version = ipVersion(host);
  if (version === undefined) return undefined;
  if (version === 4) return host.split('.').map(Number);
  return ipv6Groups(host.split('%')[0] ?? '')?.flatMap((group) => [group >> 8, group & 0xff]);
}
