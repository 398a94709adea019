const MAX_MESSAGE = 1024 * 1024;
const OPCODE = { continuation: 0, text: 1, binary: 2 } as const;
const CR_LF_2 = '\r\n\r\n';
const MAX_HANDSHAKE = 16 * 1024;

export interface WebSocketEvents {
  onMessage(bytes: Uint8Array, wallMs: number): void;
  /** A message that is compressed or too large is left out. */
  onUnread(): void;
}

/** One direction of a WebSocket connection: the handshake, then frames. @rfc 6455 §5.2 */
export class WebSocketReader {
  readonly #events: WebSocketEvents;
  #buffer: Uint8Array = new Uint8Array(0);
  #isOpen = false;
  #isDead = false;
  /** Frames of a message that is not complete. */
  #parts: Uint8Array[] = [];
  #isCompressed = false;

  constructor(events: WebSocketEvents) {
    this.#events = events;
  }

  push(bytes: Uint8Array, wallMs: number): void {
    if (this.#isDead) return;
    this.#buffer = joined([this.#buffer, bytes]);
    if (!this.#isOpen && !this.#passHandshake()) return;
    while (this.#frame(wallMs));
  }

  #passHandshake(): boolean {
    const text = String.fromCharCode(...this.#buffer.subarray(0, MAX_HANDSHAKE));
    const end = text.indexOf(CR_LF_2);
    if (end < 0) {
      this.#isDead = text.length >= MAX_HANDSHAKE;
      return false;
    }
    this.#buffer = this.#buffer.subarray(end + CR_LF_2.length);
    this.#isOpen = true;
    return true;
  }

  #frame(wallMs: number): boolean {
    const bytes = this.#buffer;
    const [first, second] = [bytes[0], bytes[1]];
    if (first === undefined || second === undefined) return false;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const short = second & 0x7f;
    const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
    if (bytes.length < 2 + lengthBytes) return false;
    const length = short < 126 ? short : short === 126 ? view.getUint16(2) : Number(view.getBigUint64(2));
    if (length > MAX_MESSAGE) {
      this.#isDead = true;
      this.#events.onUnread();
      return false;
    }
    const maskAt = 2 + lengthBytes;
    const start = maskAt + ((second & 0x80) === 0 ? 0 : 4);
    if (bytes.length < start + length) return false;
    const payload = bytes.slice(start, start + length);
    if (start > maskAt)
      for (let at = 0; at < length; at++) payload[at] = (payload[at] ?? 0) ^ (bytes[maskAt + (at & 3)] ?? 0);
    this.#buffer = bytes.subarray(start + length);
    this.#take(first, payload, wallMs);
    return true;
  }

  #take(first: number, payload: Uint8Array, wallMs: number): void {
    const opcode = first & 0x0f;
    if (opcode === OPCODE.text || opcode === OPCODE.binary) {
      this.#parts = [];
      this.#isCompressed = (first & 0x40) !== 0;
    } else if (opcode !== OPCODE.continuation) return;
    this.#parts.push(payload);
    if ((first & 0x80) === 0) return;
    if (this.#isCompressed) this.#events.onUnread();
    else this.#events.onMessage(joined(this.#parts), wallMs);
    this.#parts = [];
  }
}

/** The octets of all parts in a row. */
function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
