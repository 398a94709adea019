/** A packet of a capture file, below any header of a link. */
export interface CapturedPacket {
  /** LINKTYPE_ of its interface. */
  readonly linkType: number;
  /** Time of day in milliseconds since 1970. */
  readonly wallMs: number;
  readonly bytes: Uint8Array;
  /** The capture kept only the beginning. */
  readonly isCut: boolean;
  /** Where the file says so. */
  readonly direction: 'in' | 'out' | undefined;
}

export type ReadPackets =
  | {
      readonly kind: 'ok';
      readonly packets: readonly CapturedPacket[];
      /** The program that wrote all of the file, where it says so. */
      readonly application: string | undefined;
      /** The file ends in the middle of a packet: it is still being written, or was cut. */
      readonly isCut: boolean;
    }
  /** `reason`: a sentence without its beginning, as in "it is no capture". */
  | { readonly kind: 'unreadable'; readonly reason: string };

const PCAP_HEADER = 24;
const PCAP_RECORD = 16;
/** A packet that claims to be larger is none. */
const MAX_PACKET = 16 * 1024 * 1024;

/** First word of a pcap file as big endian: byte order and unit of the fraction. */
const PCAP_MAGIC: ReadonlyMap<number, { readonly isLittle: boolean; readonly perMs: number }> = new Map([
  [0xa1b2c3d4, { isLittle: false, perMs: 1e3 }],
  [0xd4c3b2a1, { isLittle: true, perMs: 1e3 }],
  [0xa1b23c4d, { isLittle: false, perMs: 1e6 }],
  [0x4d3cb2a1, { isLittle: true, perMs: 1e6 }],
]);

const BLOCK = { section: 0x0a0d0d0a, interface: 1, packet: 2, simple: 3, enhanced: 6 } as const;
const OPTION = { end: 0, flags: 2, application: 4, resolution: 9, offset: 14 } as const;
const BYTE_ORDER = 0x1a2b3c4d;

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

const magicOf = (bytes: Uint8Array): number => (bytes.length < 4 ? 0 : viewOf(bytes).getUint32(0));

/** Whether these octets begin a pcap or pcapng file. */
export const isCaptureFile = (bytes: Uint8Array): boolean =>
  magicOf(bytes) === BLOCK.section || PCAP_MAGIC.has(magicOf(bytes));

/** Reads pcap (micro- and nanoseconds, both byte orders) and pcapng. Never throws. */
export function readPackets(bytes: Uint8Array): ReadPackets {
  if (bytes.length === 0) return { kind: 'unreadable', reason: 'it is empty' };
  if (!isCaptureFile(bytes)) return { kind: 'unreadable', reason: 'it is no pcapng or pcap file' };
  const pcap = PCAP_MAGIC.get(magicOf(bytes));
  if (pcap !== undefined) return readPcap(bytes, pcap.isLittle, pcap.perMs);
  if (bytes.length < 28) return { kind: 'unreadable', reason: 'it ends in its first block' };
  return new Pcapng(bytes).read();
}

function readPcap(bytes: Uint8Array, isLittle: boolean, perMs: number): ReadPackets {
  if (bytes.length < PCAP_HEADER) return { kind: 'unreadable', reason: 'it ends in its header' };
  const view = viewOf(bytes);
  const linkType = view.getUint32(20, isLittle) & 0xffff;
  const packets: CapturedPacket[] = [];
  let at = PCAP_HEADER;
  while (at + PCAP_RECORD <= bytes.length) {
    const length = view.getUint32(at + 8, isLittle);
    if (length > MAX_PACKET)
      return packets.length === 0
        ? { kind: 'unreadable', reason: `its first packet claims to have ${length} octets` }
        : { kind: 'ok', packets, application: undefined, isCut: true };
    const start = at + PCAP_RECORD;
    if (start + length > bytes.length) break;
    packets.push({
      linkType,
      wallMs: view.getUint32(at, isLittle) * 1000 + view.getUint32(at + 4, isLittle) / perMs,
      bytes: bytes.subarray(start, start + length),
      isCut: length < view.getUint32(at + 12, isLittle),
      direction: undefined,
    });
    at = start + length;
  }
  return { kind: 'ok', packets, application: undefined, isCut: at < bytes.length };
}

interface Interface {
  readonly linkType: number;
  /** Milliseconds of one unit of time. */
  readonly unitMs: number;
  readonly offsetMs: number;
  readonly snapLength: number;
}

class Pcapng {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #packets: CapturedPacket[] = [];
  #interfaces: Interface[] = [];
  #isLittle = true;
  /** Of each section. */
  readonly #applications = new Set<string>();

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = viewOf(bytes);
  }

  read(): ReadPackets {
    let at = 0;
    while (at + 12 <= this.#bytes.length) {
      if (this.#view.getUint32(at) === BLOCK.section && !this.#begin(at))
        return this.#packets.length === 0
          ? { kind: 'unreadable', reason: 'its byte order cannot be told' }
          : this.#result(true);
      const length = this.#u32(at + 4);
      if (length < 12 || at + length > this.#bytes.length) break;
      this.#block(this.#u32(at), at + 8, at + length - 4);
      at += (length + 3) & ~3;
    }
    return this.#result(at < this.#bytes.length);
  }

  #result(isCut: boolean): ReadPackets {
    const [application] = this.#applications.size === 1 ? this.#applications : [undefined];
    return { kind: 'ok', packets: this.#packets, application, isCut };
  }

  /** A section has its own byte order and its own interfaces. */
  #begin(at: number): boolean {
    const little = this.#view.getUint32(at + 8, true) === BYTE_ORDER;
    if (!little && this.#view.getUint32(at + 8) !== BYTE_ORDER) return false;
    this.#isLittle = little;
    this.#interfaces = [];
    return true;
  }

  #block(type: number, at: number, end: number): void {
    const size = end - at;
    if (type === BLOCK.section && size >= 16) this.#applications.add(this.#application(at + 16, end));
    else if (type === BLOCK.interface && size >= 8) this.#interfaces.push(this.#interface(at, end));
    else if (type === BLOCK.enhanced && size >= 20) this.#packet(this.#u32(at), at, end);
    else if (type === BLOCK.packet && size >= 20)
      this.#packet(this.#view.getUint16(at, this.#isLittle), at, end);
    else if (type === BLOCK.simple && size >= 4) this.#simple(at, end);
  }

  #application(at: number, end: number): string {
    return String.fromCharCode(...(this.#option(at, end, OPTION.application) ?? []).slice(0, 200));
  }

  #interface(at: number, end: number): Interface {
    const resolution = this.#option(at + 8, end, OPTION.resolution)?.[0] ?? 6;
    const isBinary = (resolution & 0x80) !== 0;
    const perSecond = isBinary ? 2 ** (resolution & 0x7f) : 10 ** resolution;
    const offset = this.#option(at + 8, end, OPTION.offset);
    const seconds = offset?.length === 8 ? Number(viewOf(offset).getBigInt64(0, this.#isLittle)) : 0;
    return {
      linkType: this.#view.getUint16(at, this.#isLittle),
      unitMs: 1000 / perSecond,
      offsetMs: seconds * 1000,
      snapLength: this.#u32(at + 4),
    };
  }

  #packet(interfaceId: number, at: number, end: number): void {
    const one = this.#interfaces[interfaceId];
    const length = this.#u32(at + 12);
    const start = at + 20;
    if (one === undefined || start + length > end) return;
    const units = this.#u32(at + 4) * 2 ** 32 + this.#u32(at + 8);
    const flags = this.#option(start + ((length + 3) & ~3), end, OPTION.flags);
    const way = flags?.length === 4 ? viewOf(flags).getUint32(0, this.#isLittle) & 3 : 0;
    this.#packets.push({
      linkType: one.linkType,
      wallMs: units * one.unitMs + one.offsetMs,
      bytes: this.#bytes.subarray(start, start + length),
      isCut: length < this.#u32(at + 16),
      direction: way === 1 ? 'in' : way === 2 ? 'out' : undefined,
    });
  }

  /** Without time, on the first interface. */
  #simple(at: number, end: number): void {
    const [one] = this.#interfaces;
    if (one === undefined) return;
    const original = this.#u32(at);
    const kept = one.snapLength === 0 ? original : Math.min(original, one.snapLength);
    const length = Math.min(kept, end - at - 4);
    this.#packets.push({
      linkType: one.linkType,
      wallMs: this.#packets.at(-1)?.wallMs ?? 0,
      bytes: this.#bytes.subarray(at + 4, at + 4 + length),
      isCut: length < original,
      direction: undefined,
    });
  }

  #option(start: number, end: number, wanted: number): Uint8Array | undefined {
    let at = start;
    while (at + 4 <= end) {
      const code = this.#view.getUint16(at, this.#isLittle);
      const length = this.#view.getUint16(at + 2, this.#isLittle);
      if (code === OPTION.end || at + 4 + length > end) return undefined;
      if (code === wanted) return this.#bytes.subarray(at + 4, at + 4 + length);
      at += 4 + ((length + 3) & ~3);
    }
    return undefined;
  }

  #u32(at: number): number {
    return this.#view.getUint32(at, this.#isLittle);
  }
}
