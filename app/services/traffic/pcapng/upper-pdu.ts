import { UPPER_PDU_PORT_TYPE as PORT_TYPE, UPPER_PDU_TAG as TAG } from '../../../capture/upper-pdu-tags.ts';
import type { Direction, Flow } from './flow.ts';

/*
 * Wireshark's "exported PDU" (link type 252): a message with its ends but without packets. For what has no packets of its own here: the
 * plaintext of TLS and WebSocket connections, and datagrams larger than IP carries. Tags and lengths are big endian; a length is the
 * padded one, or the dissection derails.
 */

/** The tags that go before the octets of a message of `flow`; their length is a multiple of 4. */
export function upperPduTags(flow: Flow, from: Direction): Uint8Array {
  const { protocol } = flow.message;
  const parts = [
    text(TAG.dissector, 'sip'),
    tag(flow.isV6 ? TAG.source6 : TAG.source4, from.source),
    tag(flow.isV6 ? TAG.destination6 : TAG.destination4, from.destination),
    number(TAG.portType, protocol === 'udp' ? PORT_TYPE.udp : PORT_TYPE.tcp),
    number(TAG.sourcePort, from.sourcePort),
    number(TAG.destinationPort, from.destinationPort),
    text(TAG.protocolColumn, `SIP/${protocol.toUpperCase()}`),
    tag(TAG.end, new Uint8Array(0)),
  ];
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function tag(id: number, value: Uint8Array): Uint8Array {
  const padded = (value.length + 3) & ~3;
  const out = new Uint8Array(4 + padded);
  const view = new DataView(out.buffer);
  view.setUint16(0, id);
  view.setUint16(2, padded);
  out.set(value, 4);
  return out;
}

/** With at least one NUL, which ends the text. */
const text = (id: number, value: string): Uint8Array => tag(id, new TextEncoder().encode(`${value}\0`));

const number = (id: number, value: number): Uint8Array =>
  tag(id, Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value));
