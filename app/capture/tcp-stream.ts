/** Octets of one direction that are out of order, at most. */
const MAX_PENDING_BYTES = 1024 * 1024;
const MAX_PENDING_SEGMENTS = 512;

export interface TcpEvents {
  /** The next octets in order. */
  onData(bytes: Uint8Array, wallMs: number): void;
  /** Octets are missing here: what comes next does not follow what came before. */
  onGap(): void;
}

/** One direction of a TCP connection put in order: segments may come twice, overlap, or too early. @rfc 9293 §3.4 */
export class TcpStream {
  readonly #events: TcpEvents;
  #next: number | undefined;
  #pending = new Map<number, { readonly bytes: Uint8Array; readonly wallMs: number }>();
  #pendingBytes = 0;
  /** Octets are only there once those before them have come. */
  #latestMs = 0;

  constructor(events: TcpEvents) {
    this.#events = events;
  }

  /** A SYN: the stream begins behind it. */
  begin(sequence: number): void {
    this.#next = (sequence + 1) >>> 0;
    this.#pending.clear();
    this.#pendingBytes = 0;
  }

  add(sequence: number, bytes: Uint8Array, wallMs: number): void {
    if (bytes.length === 0) return;
    this.#next ??= sequence;
    const ahead = (sequence - this.#next) | 0;
    if (ahead > 0) return this.#keep(sequence, bytes, wallMs);
    this.#deliver(bytes, -ahead, wallMs);
    this.#drain();
  }

  /** Nothing more comes: what waits for missing octets is handed out without them. */
  finish(): void {
    while (this.#pending.size > 0) this.#skip();
  }

  #deliver(bytes: Uint8Array, known: number, wallMs: number): void {
    if (known >= bytes.length || this.#next === undefined) return;
    this.#next = (this.#next + bytes.length - known) >>> 0;
    this.#latestMs = Math.max(this.#latestMs, wallMs);
    this.#events.onData(bytes.subarray(known), this.#latestMs);
  }

  #keep(sequence: number, bytes: Uint8Array, wallMs: number): void {
    const known = this.#pending.get(sequence);
    if (known !== undefined && known.bytes.length >= bytes.length) return;
    this.#pending.set(sequence, { bytes, wallMs });
    this.#pendingBytes += bytes.length - (known?.bytes.length ?? 0);
    if (this.#pending.size > MAX_PENDING_SEGMENTS || this.#pendingBytes > MAX_PENDING_BYTES) this.#skip();
  }

  #drain(): void {
    for (;;) {
      const next = this.#next ?? 0;
      const ready = [...this.#pending].find(([sequence]) => ((sequence - next) | 0) <= 0);
      if (ready === undefined) return;
      const [sequence, { bytes, wallMs }] = ready;
      this.#forget(sequence, bytes);
      this.#deliver(bytes, (next - sequence) | 0, wallMs);
    }
  }

  #skip(): void {
    const next = this.#next ?? 0;
    const [first] = [...this.#pending].sort(([a], [b]) => ((a - next) | 0) - ((b - next) | 0));
    if (first === undefined) return;
    const [sequence, { bytes, wallMs }] = first;
    this.#forget(sequence, bytes);
    this.#events.onGap();
    this.#next = sequence;
    this.#deliver(bytes, 0, wallMs);
    this.#drain();
  }

  #forget(sequence: number, bytes: Uint8Array): void {
    this.#pending.delete(sequence);
    this.#pendingBytes -= bytes.length;
  }
}
