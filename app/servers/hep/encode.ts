import { isIPv6 } from 'node:net';
import type { CapturedMessage } from '../../../stack/transport/capture.ts';

/** Who mirrors: shown by collectors beside each message. */
export interface HepAgent {
  /** Capture agent id. */
  readonly id: number;
  readonly name: string;
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
  const [from, to] = direction === 'in' ? [remote, local] : [local, remote];
  const isV6 = isIPv6(from.host);
  const micros = Math.round(wallMs * 1000);
  const chunks = [
    chunk(CHUNK.family, u8(isV6 ? AF_INET6 : AF_INET)),
    chunk(CHUNK.protocol, u8(protocol === 'udp' ? IP_UDP : IP_TCP)),
    chunk(isV6 ? CHUNK.source6 : CHUNK.source4, addressOctets(from.host)),
    chunk(isV6 ? CHUNK.destination6 : CHUNK.destination4, addressOctets(to.host)),
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

/** Octets of an IP literal; a wildcard or a name is all zeros. */
function addressOctets(host: string): Buffer {
  if (!host.includes(':')) {
    const octets = host.split('.').map(Number);
    const isAddress = octets.length === 4 && octets.every((octet) => octet >= 0 && octet <= 255);
    return Buffer.from(isAddress ? octets : [0, 0, 0, 0]);
  }
  const [address = ''] = host.split('%');
  const [head = '', tail] = address.split('::');
  const groups = (text: string): string[] => text.split(':').filter((group) => group !== '');
  const [before, after] = [groups(head), groups(tail ?? '')];
  const gap = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const all = [...before, ...Array<string>(gap).fill('0'), ...after].slice(0, 8);
  return Buffer.concat(all.map((group) => u16(Number.parseInt(group, 16) || 0)));
}
