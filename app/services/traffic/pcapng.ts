import type { CapturedMessage } from '../../../stack/transport/capture.ts';
import { OWN_APPLICATION } from '../../capture/own-packets.ts';
import { commentOption, interfaceDescription, LINK_TYPE, sectionHeader } from './pcapng/blocks.ts';
import { FlowTable, type Direction, type Flow } from './pcapng/flow.ts';
import { localHostFor } from './pcapng/local-host.ts';
import {
  MAX_UDP_PAYLOAD,
  SEGMENT_BYTES,
  TCP_FLAGS,
  tcpPacketBytes,
  udpPacketBytes,
  writeTcp,
  writeUdp,
  type Canvas,
} from './pcapng/packet.ts';
import { upperPduTags } from './pcapng/upper-pdu.ts';

/*
 * Writes captured messages as pcapng. The octets are those of the wire; the packets around them are made here, because a socket does not
 * show them: IP and UDP, or IP and TCP with counted sequence numbers, cut at 1460 octets. A TCP connection begins with a made-up handshake,
 * so that readers tell two connections apart that used the same ports one after the other. Addresses and ports are the real ones; an end
 * bound to 0.0.0.0 or :: gets the address `localHost` finds. Plaintext of TLS and WebSocket connections, and what fits in no datagram, goes
 * into a second interface of link type 252.
 */

export interface PcapngOptions {
  /** Takes the next octets of the file. The chunk is reused: whoever keeps it past the call copies it. */
  write(chunk: Uint8Array): void;
  /** Size of that chunk. */
  readonly chunkBytes?: number;
  /** What stands for the local end of a socket that is bound to every interface; default: this machine's interfaces decide. */
  localHost?(remoteHost: string): string;
}

export interface PcapngWriter {
  add(message: CapturedMessage, extra?: { readonly comment?: string }): void;
  /** Hands out what has gathered; call it at the end, and whenever the file should be readable. */
  flush(): void;
  /** Octets of the file so far. */
  readonly sizeBytes: number;
}

const EPB = 6;
const EPB_FIXED = 28;
/** epb_flags with its head, and opt_endofopt. */
const EPB_OPTIONS = 12;
const EPB_FLAGS_HEAD = (4 << 16) | 2;
const FLAGS = { in: 1, out: 2 } as const;
const TWO_32 = 2 ** 32;
const EMPTY = new Uint8Array(0);
const DEFAULT_CHUNK_BYTES = 256 * 1024;
const NOTE =
  'IP, UDP and TCP headers were made from the recorded addresses; the payload is what crossed the socket.';

export function createPcapngWriter(options: PcapngOptions): PcapngWriter {
  return new Writer(options);
}

class Writer implements PcapngWriter {
  readonly #options: PcapngOptions;
  readonly #flows: FlowTable;
  #canvas: Canvas;
  #end = 0;
  #handedOut = 0;
  #hasUpperPdu = false;

  constructor(options: PcapngOptions) {
    this.#options = options;
    this.#flows = new FlowTable(options.localHost?.bind(options) ?? ((host) => localHostFor(host)));
    this.#canvas = canvasOf(options.chunkBytes ?? DEFAULT_CHUNK_BYTES);
    this.#append(sectionHeader(OWN_APPLICATION, NOTE));
    this.#append(interfaceDescription(LINK_TYPE.raw, 'sip'));
  }

  get sizeBytes(): number {
    return this.#handedOut + this.#end;
  }

  add(message: CapturedMessage, extra?: { readonly comment?: string }): void {
    const flow = this.#flows.of(message);
    const comment = extra?.comment === undefined ? EMPTY : commentOption(extra.comment);
    const { protocol, bytes } = message;
    if (protocol === 'udp' && bytes.length <= MAX_UDP_PAYLOAD) {
      const length = udpPacketBytes(flow, bytes.length);
      const at = this.#open(0, message, length, comment);
      writeUdp(this.#canvas, at, flow, flow[message.direction], bytes);
      this.#close(message.direction, length, comment);
    } else if (protocol === 'tcp') {
      this.#addSegments(message, flow, comment);
    } else {
      this.#addUpperPdu(message, flow, comment);
    }
  }

  flush(): void {
    if (this.#end === 0) return;
    this.#options.write(this.#canvas.bytes.subarray(0, this.#end));
    this.#handedOut += this.#end;
    this.#end = 0;
  }

  #addSegments(message: CapturedMessage, flow: Flow, comment: Uint8Array): void {
    const { direction, bytes } = message;
    const from = flow[direction];
    if (!flow.isOpened) this.#shakeHands(message, flow, from);
    for (let start = 0; start < bytes.length; start += SEGMENT_BYTES) {
      const end = Math.min(start + SEGMENT_BYTES, bytes.length);
      const flags = end === bytes.length ? TCP_FLAGS.pushAck : TCP_FLAGS.ack;
      this.#addSegment(
        message,
        direction,
        flow,
        flags,
        bytes.subarray(start, end),
        start === 0 ? comment : EMPTY,
      );
    }
  }

  /** Whoever speaks first is taken for the one that connected. */
  #shakeHands(message: CapturedMessage, flow: Flow, client: Direction): void {
    const [there, back] = client === flow.out ? (['out', 'in'] as const) : (['in', 'out'] as const);
    this.#addSegment(message, there, flow, TCP_FLAGS.syn, EMPTY, EMPTY);
    this.#addSegment(message, back, flow, TCP_FLAGS.synAck, EMPTY, EMPTY);
    this.#addSegment(message, there, flow, TCP_FLAGS.ack, EMPTY, EMPTY);
    flow.isOpened = true;
  }

  #addSegment(
    message: CapturedMessage,
    direction: 'in' | 'out',
    flow: Flow,
    flags: number,
    payload: Uint8Array,
    comment: Uint8Array,
  ): void {
    const length = tcpPacketBytes(flow, payload.length);
    const at = this.#open(0, message, length, comment);
    writeTcp(this.#canvas, at, flow, flow[direction], flags, payload);
    this.#close(direction, length, comment);
  }

  #addUpperPdu(message: CapturedMessage, flow: Flow, comment: Uint8Array): void {
    if (!this.#hasUpperPdu) {
      this.#append(interfaceDescription(LINK_TYPE.upperPdu, 'sip without packets'));
      this.#hasUpperPdu = true;
    }
    const tags = upperPduTags(flow, flow[message.direction]);
    const length = tags.length + message.bytes.length;
    const at = this.#open(1, message, length, comment);
    this.#canvas.bytes.set(tags, at);
    this.#canvas.bytes.set(message.bytes, at + tags.length);
    this.#close(message.direction, length, comment);
  }

  /** Begins a packet block of `length` octets and says where they go. */
  #open(interfaceId: number, { wallMs }: CapturedMessage, length: number, comment: Uint8Array): number {
    const total = EPB_FIXED + ((length + 3) & ~3) + comment.length + EPB_OPTIONS + 4;
    this.#reserve(total);
    const { view } = this.#canvas;
    const at = this.#end;
    const micros = Math.round(wallMs * 1000);
    const high = Math.floor(micros / TWO_32);
    view.setUint32(at, EPB, true);
    view.setUint32(at + 4, total, true);
    view.setUint32(at + 8, interfaceId, true);
    view.setUint32(at + 12, high, true);
    view.setUint32(at + 16, micros - high * TWO_32, true);
    view.setUint32(at + 20, length, true);
    view.setUint32(at + 24, length, true);
    return at + EPB_FIXED;
  }

  #close(direction: 'in' | 'out', length: number, comment: Uint8Array): void {
    const { bytes, view } = this.#canvas;
    let at = this.#end + EPB_FIXED + length;
    while (at & 3) bytes[at++] = 0;
    if (comment.length > 0) bytes.set(comment, at);
    at += comment.length;
    view.setUint32(at, EPB_FLAGS_HEAD, true);
    view.setUint32(at + 4, FLAGS[direction], true);
    view.setUint32(at + 8, 0, true);
    view.setUint32(at + 12, at + 16 - this.#end, true);
    this.#end = at + 16;
  }

  #append(block: Uint8Array): void {
    this.#reserve(block.length);
    this.#canvas.bytes.set(block, this.#end);
    this.#end += block.length;
  }

  #reserve(bytes: number): void {
    if (this.#end + bytes <= this.#canvas.bytes.length) return;
    this.flush();
    if (bytes > this.#canvas.bytes.length) this.#canvas = canvasOf(bytes);
  }
}

function canvasOf(size: number): Canvas {
  const memory = new ArrayBuffer((size + 3) & ~3);
  return { bytes: new Uint8Array(memory), words: new Uint16Array(memory), view: new DataView(memory) };
}
