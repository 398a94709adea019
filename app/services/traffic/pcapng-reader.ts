import type { Address, Protocol } from '../../../stack/core/address.ts';
import type { CapturedMessage } from '../../../stack/transport/capture.ts';
import { LINK_TYPE } from './pcapng/blocks.ts';
import { readRawPacket, readUpperPdu, type ReadPacket } from './pcapng/read-packet.ts';

/** What a capture holds, or why it cannot be read here. */
export type ReadCapture =
  | {
      readonly kind: 'ok';
      readonly messages: readonly CapturedMessage[];
      /** The file ends in the middle of a block: it is still being written, or was cut. */
      readonly isCut: boolean;
    }
  | { readonly kind: 'unreadable'; readonly reason: string };

const BLOCK = { section: 0x0a0d0d0a, interface: 1, packet: 6 } as const;
const OPTION = { end: 0, flags: 2, application: 4 } as const;
const LITTLE_ENDIAN = 0x1a2b3c4d;
const OURS = 'Siphon Workbench';
const SECTION_FIXED = 16;
const INTERFACE_FIXED = 8;
const PACKET_FIXED = 20;
const INBOUND = 1;

/** First octets of other formats that hold SIP, and what they are. */
const OTHERS: readonly (readonly [RegExp, string])[] = [
  [/^(?:\xd4\xc3\xb2\xa1|\xa1\xb2\xc3\xd4|\x4d\x3c\xb2\xa1|\xa1\xb2\x3c\x4d)/, 'a pcap file'],
  [/^HEP3/, 'a HEP stream'],
];

/** Whether these octets begin a capture of any format, rather than a message. */
export const looksLikeCapture = (bytes: Uint8Array): boolean =>
  word(bytes, 0) === BLOCK.section || otherFormat(bytes) !== undefined;

/** Reads what {@link createPcapngWriter} has written. Files of other programs are told apart and refused: importing them is not part of this version. */
export function readPcapng(bytes: Uint8Array): ReadCapture {
  const other = otherFormat(bytes);
  if (other !== undefined) return unreadable(`it is ${other}: importing those comes with a later version`);
  if (word(bytes, 0) !== BLOCK.section) return unreadable('it is no pcapng file');
  return new Reader(bytes).read();
}

const unreadable = (reason: string): ReadCapture => ({ kind: 'unreadable', reason });

function otherFormat(bytes: Uint8Array): string | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, 4));
  return OTHERS.find(([magic]) => magic.test(start))?.[1];
}

const word = (bytes: Uint8Array, at: number): number | undefined =>
  at + 4 > bytes.length ? undefined : new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true);

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #linkTypes: number[] = [];
  readonly #messages: CapturedMessage[] = [];
  /** Segments of messages that are not complete, by direction of a connection. */
  readonly #parts = new Map<string, Uint8Array[]>();

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  read(): ReadCapture {
    let at = 0;
    while (at + 12 <= this.#bytes.length) {
      const type = this.#view.getUint32(at, true);
      const length = this.#view.getUint32(at + 4, true);
      if (type === BLOCK.section && this.#view.getUint32(at + 8, true) !== LITTLE_ENDIAN) return FOREIGN;
      if (length < 12 || at + length > this.#bytes.length) break;
      const end = at + length - 4;
      if (type === BLOCK.section && !this.#isOurs(at + 8 + SECTION_FIXED, end)) return FOREIGN;
      if (type === BLOCK.interface && length >= 12 + INTERFACE_FIXED)
        this.#linkTypes.push(this.#view.getUint16(at + 8, true));
      if (type === BLOCK.packet && length >= 12 + PACKET_FIXED) this.#packet(at + 8, end);
      at += length;
    }
    return { kind: 'ok', messages: this.#messages, isCut: at < this.#bytes.length };
  }

  #isOurs(at: number, end: number): boolean {
    const application = this.#option(at, end, OPTION.application);
    return application !== undefined && new TextDecoder().decode(application) === OURS;
  }

  #option(start: number, end: number, wanted: number): Uint8Array | undefined {
    let at = start;
    while (at + 4 <= end) {
      const code = this.#view.getUint16(at, true);
      const length = this.#view.getUint16(at + 2, true);
      if (code === wanted && at + 4 + length <= end) return this.#bytes.subarray(at + 4, at + 4 + length);
      if (code === OPTION.end) return undefined;
      at += 4 + ((length + 3) & ~3);
    }
    return undefined;
  }

  #packet(at: number, end: number): void {
    const view = this.#view;
    const linkType = this.#linkTypes[view.getUint32(at, true)];
    const micros = view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at + 8, true);
    const length = view.getUint32(at + 12, true);
    const data = at + PACKET_FIXED;
    if (data + length > end) return;
    const octets = this.#bytes.subarray(data, data + length);
    const packet = linkType === LINK_TYPE.raw ? readRawPacket(octets) : readUpperPdu(octets);
    if (packet === undefined) return;
    const bytes = this.#whole(packet);
    if (bytes === undefined || bytes.length === 0) return;
    const flags = this.#option(data + ((length + 3) & ~3), end, OPTION.flags);
    const isIn = ((flags?.[0] ?? 0) & 3) === INBOUND;
    this.#messages.push(messageOf(packet, bytes, isIn, micros / 1000));
  }

  /** The message that a packet completes. */
  #whole(packet: ReadPacket): Uint8Array | undefined {
    if (packet.protocol !== 'tcp') return packet.payload;
    const key = JSON.stringify([packet.source, packet.destination]);
    const parts = [...(this.#parts.get(key) ?? []), packet.payload];
    if (packet.isPart) {
      this.#parts.set(key, parts);
      return undefined;
    }
    this.#parts.delete(key);
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }
}

const FOREIGN = unreadable(
  'it was not written by Siphon Workbench: importing captures of other programs comes with a later version',
);

function messageOf(
  { protocol, source, destination }: ReadPacket,
  bytes: Uint8Array,
  isIn: boolean,
  wallMs: number,
): CapturedMessage {
  const [local, remote] = isIn ? [destination, source] : [source, destination];
  return {
    direction: isIn ? 'in' : 'out',
    protocol,
    local,
    remote,
    connectionId: connectionOf(protocol, local, remote),
    atMs: wallMs,
    wallMs,
    bytes,
  };
}

/** The file does not name connections; two ends have one at a time. */
const connectionOf = (protocol: Protocol, local: Address, remote: Address): string | undefined =>
  protocol === 'udp' ? undefined : `${local.host} ${local.port} ${remote.host} ${remote.port}`;
