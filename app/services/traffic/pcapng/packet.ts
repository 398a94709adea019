import { fold, wordSum } from './checksum.ts';
import type { Direction, Flow } from './flow.ts';

/** The memory packets are made in, seen as octets, as words and as fields. */
export interface Canvas {
  readonly bytes: Uint8Array;
  readonly words: Uint16Array;
  readonly view: DataView;
}

const UDP = 17;
const TCP = 6;
const UDP_HEADER = 8;
const TCP_HEADER = 20;
const HOP_LIMIT = 64;
const DONT_FRAGMENT = 0x4000;
const WINDOW = 65_535;

/** The largest payload of a datagram over IPv4; IPv6 could take twenty octets more, which nobody sends. */
export const MAX_UDP_PAYLOAD = 65_507;
/** What fits into an Ethernet frame over IPv4, and what the eye expects of a segment. */
export const SEGMENT_BYTES = 1460;

export const TCP_FLAGS = { syn: 0x02, synAck: 0x12, ack: 0x10, pushAck: 0x18 } as const;

const ipHeaderBytes = (flow: Flow): number => (flow.isV6 ? 40 : 20);

export const udpPacketBytes = (flow: Flow, payloadBytes: number): number =>
  ipHeaderBytes(flow) + UDP_HEADER + payloadBytes;

export const tcpPacketBytes = (flow: Flow, payloadBytes: number): number =>
  ipHeaderBytes(flow) + TCP_HEADER + payloadBytes;

/**
 * Writes a datagram at `at`, a multiple of 4. Both checksums are right; a UDP checksum of 0 is written as 0xffff, since 0 says there is none.
 * @rfc 768 @rfc 791 @rfc 8200 §8.1
 */
export function writeUdp(
  { bytes, words, view }: Canvas,
  at: number,
  flow: Flow,
  from: Direction,
  payload: Uint8Array,
): void {
  const udp = at + ipHeaderBytes(flow);
  const length = UDP_HEADER + payload.length;
  writeIp(view, bytes, at, flow, from, UDP, length);
  view.setUint16(udp, from.sourcePort);
  view.setUint16(udp + 2, from.destinationPort);
  view.setUint16(udp + 4, length);
  bytes.set(payload, udp + UDP_HEADER);
  const sum =
    wordSum(words, bytes, udp + UDP_HEADER, udp + length) +
    from.addressSum +
    UDP +
    length +
    from.sourcePort +
    from.destinationPort +
    length;
  view.setUint16(udp + 6, ~fold(sum) & 0xffff || 0xffff);
}

/**
 * Writes a segment at `at`, a multiple of 4, and counts its octets (SYN counts as one).
 * @rfc 9293 §3.1
 */
export function writeTcp(
  { bytes, words, view }: Canvas,
  at: number,
  flow: Flow,
  from: Direction,
  flags: number,
  payload: Uint8Array,
): void {
  const tcp = at + ipHeaderBytes(flow);
  const length = TCP_HEADER + payload.length;
  const to = from === flow.in ? flow.out : flow.in;
  writeIp(view, bytes, at, flow, from, TCP, length);
  view.setUint16(tcp, from.sourcePort);
  view.setUint16(tcp + 2, from.destinationPort);
  view.setUint32(tcp + 4, from.nextSeq);
  view.setUint32(tcp + 8, flags & TCP_FLAGS.ack ? to.nextSeq : 0);
  view.setUint16(tcp + 12, ((TCP_HEADER / 4) << 12) | flags);
  view.setUint16(tcp + 14, WINDOW);
  view.setUint32(tcp + 16, 0);
  bytes.set(payload, tcp + TCP_HEADER);
  const sum = wordSum(words, bytes, tcp, tcp + length) + from.addressSum + TCP + length;
  view.setUint16(tcp + 16, ~fold(sum) & 0xffff);
  from.nextSeq = (from.nextSeq + payload.length + (flags & TCP_FLAGS.syn ? 1 : 0)) >>> 0;
}

function writeIp(
  view: DataView,
  bytes: Uint8Array,
  at: number,
  flow: Flow,
  from: Direction,
  protocol: number,
  length: number,
): void {
  if (flow.isV6) {
    view.setUint32(at, 0x60000000);
    view.setUint16(at + 4, length);
    bytes[at + 6] = protocol;
    bytes[at + 7] = HOP_LIMIT;
    bytes.set(from.source, at + 8);
    bytes.set(from.destination, at + 24);
    return;
  }
  const total = 20 + length;
  const id = flow.nextId;
  flow.nextId = (id + 1) & 0xffff;
  view.setUint16(at, 0x4500);
  view.setUint16(at + 2, total);
  view.setUint16(at + 4, id);
  view.setUint16(at + 6, DONT_FRAGMENT);
  view.setUint16(at + 8, (HOP_LIMIT << 8) | protocol);
  const sum = 0x4500 + total + id + DONT_FRAGMENT + ((HOP_LIMIT << 8) | protocol) + from.addressSum;
  view.setUint16(at + 10, ~fold(sum) & 0xffff);
  bytes.set(from.source, at + 12);
  bytes.set(from.destination, at + 16);
}
