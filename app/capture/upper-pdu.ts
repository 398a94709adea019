import type { Address, Protocol } from '../../stack/core/address.ts';
import { ipText } from './ip-text.ts';
import { UPPER_PDU_PORT_TYPE, UPPER_PDU_TAG as TAG } from './upper-pdu-tags.ts';

/** A message without packets, as Wireshark exports them. */
export interface UpperPdu {
  readonly protocol: Protocol;
  readonly source: Address;
  readonly destination: Address;
  readonly payload: Uint8Array;
}

const PROTOCOLS: readonly Protocol[] = ['udp', 'tcp', 'tls', 'ws', 'wss'];

/** Reads a packet of link type 252. Undefined where its ends are not told, or it is not for SIP. */
export function readUpperPdu(bytes: Uint8Array): UpperPdu | undefined {
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
  if (source === undefined || destination === undefined || !/^sip/.test(textOf(tags.get(TAG.dissector))))
    return undefined;
  return {
    protocol: protocolOf(tags),
    source: { host: ipText(source), port: numberOf(tags.get(TAG.sourcePort)) },
    destination: { host: ipText(destination), port: numberOf(tags.get(TAG.destinationPort)) },
    payload: bytes.subarray(at),
  };
}

/** Of ours the column says it, `SIP/TLS`; of others the kind of port. */
function protocolOf(tags: ReadonlyMap<number, Uint8Array>): Protocol {
  const column = textOf(tags.get(TAG.protocolColumn));
  const named = PROTOCOLS.find((known) => `SIP/${known.toUpperCase()}` === column);
  return named ?? (numberOf(tags.get(TAG.portType)) === UPPER_PDU_PORT_TYPE.tcp ? 'tcp' : 'udp');
}

const textOf = (value: Uint8Array | undefined): string =>
  String.fromCharCode(...(value ?? [])).replace(/\0.*$/s, '');

const numberOf = (value: Uint8Array | undefined): number =>
  value?.length === 4 ? new DataView(value.buffer, value.byteOffset, 4).getUint32(0) : 0;
