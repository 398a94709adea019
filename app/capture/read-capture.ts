import { formatAddress, type Address, type Protocol } from '../../stack/core/address.ts';
import type { CapturedMessage } from '../../stack/transport/capture.ts';
import { IpReader } from './ip.ts';
import { linkPayload } from './link.ts';
import { OWN_APPLICATION, OwnPackets } from './own-packets.ts';
import { readPackets, type CapturedPacket } from './packets.ts';
import { SipConnection } from './sip-connection.ts';
import { startsSip } from './sip-octets.ts';
import { readUpperPdu } from './upper-pdu.ts';

/** What a capture holds, or why it cannot be read. */
export type ReadCapture =
  | {
      readonly kind: 'ok';
      /** In order of time. */
      readonly messages: readonly CapturedMessage[];
      /** The file ends in the middle of a packet: it is still being written, or was cut. */
      readonly isCut: boolean;
      /** The workbench or siphond has written it: `local` is the end that did. */
      readonly isOwn: boolean;
      /** What was left out and why, as in `3 connections encrypted by TLS`. */
      readonly notes: readonly string[];
    }
  | { readonly kind: 'unreadable'; readonly reason: string };

const UDP = 17;
const TCP = 6;
const LINK_UPPER_PDU = 252;
const TCP_SYN = 0x02;
/** A packet that a cooked capture shows leaving is shown arriving within this time, when it stays on the machine. */
const ECHO_MS = 1000;
const PACKETS_A_REPORT = 8192;

interface Ends {
  readonly source: Address;
  readonly destination: Address;
}

/**
 * Reads the SIP messages of a capture file, ours or one that tcpdump, tshark, dumpcap or another program has written: pcap and pcapng, over
 * Ethernet, Linux cooked, loopback and raw links, IPv4 and IPv6, UDP, TCP and WebSocket. Never throws.
 * @param onProgress - told now and then how much of its packets is read, 0 to 1.
 */
export function readCapture(bytes: Uint8Array, onProgress?: (done: number) => void): ReadCapture {
  const read = readPackets(bytes);
  if (read.kind === 'unreadable') return read;
  const { packets, application, isCut } = read;
  const isOwn = application === OWN_APPLICATION;
  return { ...new CaptureReader().read(packets, isOwn, onProgress), isOwn, isCut };
}

class CaptureReader {
  readonly #messages: CapturedMessage[] = [];
  readonly #unread = new Map<string, number>();
  readonly #ip = new IpReader();
  readonly #connections = new Map<string, SipConnection>();
  /** What left this machine, by its octets: a cooked capture shows it once more where it arrives. */
  readonly #left = new Map<string, number>();

  read(packets: readonly CapturedPacket[], isOwn: boolean, onProgress?: (done: number) => void) {
    const own = new OwnPackets();
    for (const [at, packet] of packets.entries()) {
      if (at % PACKETS_A_REPORT === 0) onProgress?.(at / packets.length);
      const message = isOwn ? own.read(packet) : undefined;
      if (message !== undefined && message.payload.length > 0)
        this.#message(message, message.protocol, message.payload, packet.wallMs, packet.direction ?? 'out');
      else if (!isOwn) this.#packet(packet);
    }
    for (const { stream } of this.#connections.values()) stream.finish();
    if (this.#ip.lost > 0) this.#note('IP packets of which a fragment is missing', this.#ip.lost);
    const messages = this.#messages
      .map((message, at) => ({ message, at }))
      .sort((a, b) => a.message.atMs - b.message.atMs || a.at - b.at)
      .map(({ message }) => message);
    const notes = [...this.#unread].map(([reason, count]) => `${count} ${reason}`);
    return { kind: 'ok', messages, notes } as const;
  }

  #packet(packet: CapturedPacket): void {
    if (packet.linkType === LINK_UPPER_PDU) return this.#upperPdu(packet);
    const payload = linkPayload(packet.linkType, packet.bytes);
    if (payload === undefined) return;
    if ('unread' in payload) return this.#note(payload.unread);
    const direction = packet.direction ?? payload.direction;
    if (this.#isEcho(payload.ip, payload.direction, packet.wallMs)) return;
    const carried = this.#ip.read(payload.ip);
    if (carried === undefined) return;
    const { protocol, source, destination, bytes } = carried;
    if (bytes.length < 8 || (protocol !== UDP && protocol !== TCP)) return;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const ends: Ends = {
      source: { host: source, port: view.getUint16(0) },
      destination: { host: destination, port: view.getUint16(2) },
    };
    if (protocol === TCP) return this.#segment(ends, bytes, packet.wallMs, direction);
    const length = view.getUint16(4);
    const message = bytes.subarray(8, length < 8 ? bytes.length : length);
    if (!startsSip(message)) return;
    if (packet.isCut)
      this.#note('messages cut short, because the capture kept only the beginning of packets');
    this.#message(ends, 'udp', message, packet.wallMs, direction);
  }

  #upperPdu({ bytes, wallMs, direction }: CapturedPacket): void {
    const read = readUpperPdu(bytes);
    if (read === undefined || !startsSip(read.payload)) return;
    this.#message(read, read.protocol, read.payload, wallMs, direction);
  }

  #segment(ends: Ends, bytes: Uint8Array, wallMs: number, direction: 'in' | 'out' | undefined): void {
    if (bytes.length < 20) return;
    const key = `${formatAddress(ends.source)} ${formatAddress(ends.destination)}`;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const sequence = view.getUint32(4);
    const isSyn = (view.getUint8(13) & TCP_SYN) !== 0;
    let connection = this.#connections.get(key);
    if (isSyn) connection?.stream.finish();
    if (connection === undefined || isSyn) {
      connection = new SipConnection({
        onMessage: (message, protocol, atMs) => this.#message(ends, protocol, message, atMs, direction),
        onUnread: (reason) => this.#note(reason),
      });
      this.#connections.set(key, connection);
    }
    if (isSyn) connection.stream.begin(sequence);
    else connection.stream.add(sequence, bytes.subarray((view.getUint8(12) >> 4) * 4), wallMs);
  }

  #message(
    { source, destination }: Ends,
    protocol: Protocol,
    bytes: Uint8Array,
    wallMs: number,
    direction: 'in' | 'out' = 'in',
  ): void {
    const [local, remote] = direction === 'in' ? [destination, source] : [source, destination];
    this.#messages.push({
      direction,
      protocol,
      local,
      remote,
      connectionId:
        protocol === 'udp' ? undefined : `${local.host} ${local.port} ${remote.host} ${remote.port}`,
      atMs: wallMs,
      wallMs,
      bytes,
    });
  }

  #isEcho(ip: Uint8Array, direction: 'in' | 'out' | undefined, wallMs: number): boolean {
    if (direction === undefined) return false;
    const key = String.fromCharCode(...ip.subarray(0, 4096));
    if (direction === 'out') {
      this.#left.set(key, wallMs);
      return false;
    }
    const leftMs = this.#left.get(key);
    this.#left.delete(key);
    return leftMs !== undefined && wallMs - leftMs <= ECHO_MS;
  }

  #note(reason: string, count = 1): void {
    this.#unread.set(reason, (this.#unread.get(reason) ?? 0) + count);
  }
}
