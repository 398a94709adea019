import type { Protocol } from '../../../../stack/core/address.ts';

/** What one packet of a capture carries: the ends and the octets above UDP, TCP or nothing at all. */
export interface ReadPacket {
  readonly protocol: Protocol;
  readonly source: { readonly host: string; readonly port: number };
  readonly destination: { readonly host: string; readonly port: number };
  readonly payload: Uint8Array;
  /** The payload goes on in the next packet of the same direction. */
  readonly isPart: boolean;
}

const UDP = 17;
const TCP = 6;
const PUSH = 0x08;

/** Reads a packet of link type 101 as {@link createPcapngWriter} writes it. Undefined for anything else. */
export function readRawPacket(bytes: Uint8Array): ReadPacket | undefined {
  const version = (bytes[0] ?? 0) >> 4;
  const isV6 = version === 6;
  const headerBytes = isV6 ? 40 : ((bytes[0] ?? 0) & 0x0f) * 4;
  if ((version !== 4 && !isV6) || bytes.length < headerBytes + 8) return undefined;
  const carried = bytes[isV6 ? 6 : 9];
  const [from, to] = isV6 ? [8, 24] : [12, 16];
  const size = isV6 ? 16 : 4;
  const view = new DataView(bytes.buffer, bytes.byteOffset + headerBytes, bytes.length - headerBytes);
  const ends = {
    source: { host: ipText(bytes.subarray(from, from + size)), port: view.getUint16(0) },
    destination: { host: ipText(bytes.subarray(to, to + size)), port: view.getUint16(2) },
  };
  const rest = bytes.subarray(headerBytes);
  if (carried === UDP) return { ...ends, protocol: 'udp', payload: rest.subarray(8), isPart: false };
  if (carried !== TCP || rest.length < 20) return undefined;
  const payload = rest.subarray(((rest[12] ?? 0) >> 4) * 4);
  return { ...ends, protocol: 'tcp', payload, isPart: ((rest[13] ?? 0) & PUSH) === 0 };
}

const TAG = { end: 0, source4: 20, destination4: 21, source6: 22, destination6: 23 } as const;
const TAG_PORTS = { source: 25, destination: 26 } as const;
const TAG_COLUMN = 33;
const PROTOCOLS: readonly Protocol[] = ['udp', 'tcp', 'tls', 'ws', 'wss'];

/** Reads a message of link type 252 with the tags that {@link upperPduTags} writes. */
export function readUpperPdu(bytes: Uint8Array): ReadPacket | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const tags = new Map<number, Uint8Array>();
  let at = 0;
  for (;;) {
    if (at + 4 > bytes.length) return undefined;
    const [id, length] = [view.getUint16(at), view.getUint16(at + 2)];
    at += 4 + length;
    if (id === TAG.end) break;
    tags.set(id, bytes.subarray(at - length, at));
  }
  const source = tags.get(TAG.source4) ?? tags.get(TAG.source6);
  const destination = tags.get(TAG.destination4) ?? tags.get(TAG.destination6);
  const name = new TextDecoder('latin1').decode(tags.get(TAG_COLUMN)).replace(/\0.*$/s, '');
  const protocol = PROTOCOLS.find((known) => `SIP/${known.toUpperCase()}` === name);
  if (source === undefined || destination === undefined || protocol === undefined) return undefined;
  return {
    protocol,
    source: { host: ipText(source), port: portOf(tags.get(TAG_PORTS.source)) },
    destination: { host: ipText(destination), port: portOf(tags.get(TAG_PORTS.destination)) },
    payload: bytes.subarray(at),
    isPart: false,
  };
}

const portOf = (value: Uint8Array | undefined): number =>
  value?.length === 4 ? ((value[2] ?? 0) << 8) | (value[3] ?? 0) : 0;

/** An address as people write it. @rfc 5952 §4 */
function ipText(ip: Uint8Array): string {
  if (ip.length === 4) return ip.join('.');
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((ip[2 * i] ?? 0) << 8) | (ip[2 * i + 1] ?? 0)).toString(16),
  ).join(':');
  const runs = [...groups.matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)].map(([run]) => run);
  const [longest] = runs.sort((a, b) => b.length - a.length);
  return longest === undefined
    ? groups
    : groups
        .replace(longest, ':')
        .replace(/^:(?!:)|:$/, '::')
        .replace(':::', '::');
}
