import { formatAddress, type Protocol } from '../../stack/core/address.ts';
import type { CapturedPacket } from './packets.ts';
import { ipText } from './ip-text.ts';
import { readUpperPdu, type UpperPdu } from './upper-pdu.ts';

/** shb_userappl of the files that the workbench and siphond write. */
export const OWN_APPLICATION = 'Siphon Workbench';

const UDP = 17;
const TCP = 6;
const PUSH = 0x08;
const LINK_UPPER_PDU = 252;

interface OwnPacket extends UpperPdu {
  /** The payload goes on in the next packet of the same direction. */
  readonly isPart: boolean;
}

/**
 * Messages as our own writer puts them into packets: one a datagram, or one a row of segments whose last is pushed. So even what is no SIP
 * comes back as it crossed the socket.
 */
export class OwnPackets {
  /** Segments of messages that are not complete, by direction of a connection. */
  readonly #parts = new Map<string, Uint8Array[]>();

  /** The message that a packet completes. */
  read({ linkType, bytes }: CapturedPacket): UpperPdu | undefined {
    if (linkType === LINK_UPPER_PDU) return readUpperPdu(bytes);
    const packet = rawPacket(bytes);
    if (packet?.protocol !== 'tcp') return packet;
    const key = `${formatAddress(packet.source)} ${formatAddress(packet.destination)}`;
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
    return { ...packet, payload: whole };
  }
}

function rawPacket(bytes: Uint8Array): OwnPacket | undefined {
  const version = (bytes[0] ?? 0) >> 4;
  const isV6 = version === 6;
  const headerBytes = isV6 ? 40 : ((bytes[0] ?? 0) & 0x0f) * 4;
  if ((version !== 4 && !isV6) || bytes.length < headerBytes + 8) return undefined;
  const carried = bytes[isV6 ? 6 : 9];
  const [from, to] = isV6 ? [8, 24] : [12, 16];
  const size = isV6 ? 16 : 4;
  const view = new DataView(bytes.buffer, bytes.byteOffset + headerBytes, bytes.length - headerBytes);
  const packet = (protocol: Protocol, payload: Uint8Array, isPart: boolean): OwnPacket => ({
    protocol,
    source: { host: ipText(bytes.subarray(from, from + size)), port: view.getUint16(0) },
    destination: { host: ipText(bytes.subarray(to, to + size)), port: view.getUint16(2) },
    payload,
    isPart,
  });
  const rest = bytes.subarray(headerBytes);
  if (carried === UDP) return packet('udp', rest.subarray(8), false);
  if (carried !== TCP || rest.length < 20) return undefined;
  const isPart = ((rest[13] ?? 0) & PUSH) === 0;
  return packet('tcp', rest.subarray(((rest[12] ?? 0) >> 4) * 4), isPart);
}
