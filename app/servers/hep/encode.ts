import type { CapturedMessage } from '../../../stack/transport/capture.ts';
import { isUnspecified, mapToIpv6, parseIp } from '../../services/traffic/pcapng/ip-address.ts';

/** Who mirrors: shown by collectors beside each message. */
export interface HepAgent {
  /** Capture agent id. */
  readonly id: number;
  readonly name: string;
  /** The address of ours that stands for a socket bound to every interface, towards this peer. */
  readonly localHostFor: (remoteHost: string) => string;
}

/** Chunk types of vendor 0, as HEP3 (EEP) numbers them. */
const CHUNK = {
  family: 0x01,
  protocol: 0x02,
  source4: 0x03,
  destination4: 0x04,
  source6: 0x05,
  destination6: 0x06,
  sourcePort: 0x07,
  destinationPort: 0x08,
  seconds: 0x09,
  microseconds: 0x0a,
  kind: 0x0b,
  agentId: 0x0c,
  payload: 0x0f,
  agentName: 0x13,
} as const;

const AF_INET = 2;
const AF_INET6 = 10;
const IP_TCP = 6;
const IP_UDP = 17;
const SIP = 1;
/** Octets before the data of a chunk, and before the chunks. */
const HEADER = 6;

/** A captured message as a HEP3 packet, all numbers big endian. */
export function encodeHep(message: CapturedMessage, agent: HepAgent): Buffer {
  const { direction, local, remote, protocol, wallMs, bytes } = message;
  const ours = { ip: localIp(message, agent), port: local.port };
  const theirs = { ip: parseIp(remote.host) ?? NO_ADDRESS, port: remote.port };
  const [from, to] = direction === 'in' ? [theirs, ours] : [ours, theirs];
  // A packet has one family: of one end of each, the IPv4 one is mapped.
  const isV6 = from.ip.length === 16 || to.ip.length === 16;
  const octets = (ip: Uint8Array): Uint8Array => (isV6 ? mapToIpv6(ip) : ip);
  const micros = Math.round(wallMs * 1000);
  const chunks = [
    chunk(CHUNK.family, u8(isV6 ? AF_INET6 : AF_INET)),
    chunk(CHUNK.protocol, u8(protocol === 'udp' ? IP_UDP : IP_TCP)),
    chunk(isV6 ? CHUNK.source6 : CHUNK.source4, octets(from.ip)),
    chunk(isV6 ? CHUNK.destination6 : CHUNK.destination4, octets(to.ip)),
    chunk(CHUNK.sourcePort, u16(from.port)),
    chunk(CHUNK.destinationPort, u16(to.port)),
    chunk(CHUNK.seconds, u32(Math.floor(micros / 1_000_000))),
    chunk(CHUNK.microseconds, u32(micros % 1_000_000)),
    chunk(CHUNK.kind, u8(SIP)),
    chunk(CHUNK.agentId, u32(agent.id)),
    chunk(CHUNK.agentName, Buffer.from(agent.name)),
    chunk(CHUNK.payload, bytes),
  ];
  const head = Buffer.alloc(HEADER);
  head.write('HEP3', 'latin1');
  head.writeUInt16BE(HEADER + chunks.reduce((sum, { length }) => sum + length, 0), 4);
  return Buffer.concat([head, ...chunks]);
}

/** The largest message whose packet has a length that fits. */
export const MAX_HEP_PAYLOAD = 65_000;

const NO_ADDRESS = Uint8Array.of(0, 0, 0, 0);

/** What a message came to, or left from: for a socket bound to every interface the address towards the peer. */
function localIp({ local, remote }: CapturedMessage, { localHostFor }: HepAgent): Uint8Array {
  const ip = parseIp(local.host);
  return ip !== undefined && !isUnspecified(ip) ? ip : (parseIp(localHostFor(remote.host)) ?? NO_ADDRESS);
}

function chunk(type: number, data: Uint8Array): Buffer {
  const head = Buffer.alloc(HEADER);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(HEADER + data.length, 4);
  return Buffer.concat([head, data]);
}

function u8(value: number): Buffer {
  return Buffer.of(value);
}

function u16(value: number): Buffer {
  const octets = Buffer.alloc(2);
  octets.writeUInt16BE(value);
  return octets;
}

function u32(value: number): Buffer {
  const octets = Buffer.alloc(4);
  octets.writeUInt32BE(value);
  return octets;
}
