import { ipText } from './ip-text.ts';

/** What an IP packet carries, fragments put together. */
export interface IpPayload {
  /** Number of the protocol above: 6 TCP, 17 UDP. */
  readonly protocol: number;
  readonly source: string;
  readonly destination: string;
  readonly bytes: Uint8Array;
}

/** Packets of which a fragment is missing, at the same time. */
const MAX_INCOMPLETE = 256;
const MAX_PACKET = 65_535;

const IPV6_HEADER = 40;
const FRAGMENT = 44;
/** Hop-by-hop, routing, destination options, mobility: length in units of 8 octets without the first. @rfc 8200 §4 */
const EXTENSIONS: ReadonlySet<number> = new Set([0, 43, 60, 135]);
const AUTHENTICATION = 51;

interface Fragment {
  readonly key: string;
  readonly payload: IpPayload;
  readonly offset: number;
  readonly isLast: boolean;
}

interface Incomplete {
  readonly parts: Map<number, Uint8Array>;
  /** Known once the last fragment came. */
  size: number | undefined;
  payload: IpPayload;
}

/** Takes IP packets apart, of both versions, and puts fragments together. @rfc 791 §3.2 @rfc 8200 §4.5 */
export class IpReader {
  readonly #incomplete = new Map<string, Incomplete>();
  #lost = 0;

  /** Fragments whose packet never became whole. */
  get lost(): number {
    return this.#lost + this.#incomplete.size;
  }

  /** Undefined for what is no IP, or a fragment whose packet is not whole yet. */
  read(bytes: Uint8Array): IpPayload | undefined {
    const version = (bytes[0] ?? 0) >> 4;
    const fragment = version === 4 ? readV4(bytes) : version === 6 ? readV6(bytes) : undefined;
    if (fragment === undefined) return undefined;
    if (fragment.offset === 0 && fragment.isLast) return fragment.payload;
    return this.#assemble(fragment);
  }

  #assemble({ key, payload, offset, isLast }: Fragment): IpPayload | undefined {
    if (offset + payload.bytes.length > MAX_PACKET) return undefined;
    const one: Incomplete = this.#incomplete.get(key) ?? { parts: new Map(), size: undefined, payload };
    // The first fragment names the protocol.
    if (offset === 0) one.payload = payload;
    one.parts.set(offset, payload.bytes);
    if (isLast) one.size = offset + payload.bytes.length;
    const whole = one.size === undefined ? undefined : joined(one.parts, one.size);
    if (whole !== undefined) {
      this.#incomplete.delete(key);
      return { ...one.payload, bytes: whole };
    }
    this.#incomplete.set(key, one);
    const [oldest] = this.#incomplete.keys();
    if (this.#incomplete.size > MAX_INCOMPLETE && oldest !== undefined) {
      this.#incomplete.delete(oldest);
      this.#lost++;
    }
    return undefined;
  }
}

/** Undefined while a part is missing. */
function joined(parts: ReadonlyMap<number, Uint8Array>, size: number): Uint8Array | undefined {
  const whole = new Uint8Array(size);
  let end = 0;
  for (const [offset, bytes] of [...parts].sort(([a], [b]) => a - b)) {
    if (offset > end) return undefined;
    whole.set(bytes.subarray(0, size - offset), offset);
    end = Math.max(end, offset + bytes.length);
  }
  return end >= size ? whole : undefined;
}

const u16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

function readV4(bytes: Uint8Array): Fragment | undefined {
  const headerBytes = ((bytes[0] ?? 0) & 0x0f) * 4;
  if (headerBytes < 20 || bytes.length < headerBytes) return undefined;
  // 0 where the card cuts packets into segments only after they were captured.
  const total = u16(bytes, 2) || bytes.length;
  const [source, destination] = [ipText(bytes.subarray(12, 16)), ipText(bytes.subarray(16, 20))];
  const protocol = bytes[9] ?? 0;
  const place = u16(bytes, 6);
  return {
    key: `${source} ${destination} ${protocol} ${u16(bytes, 4)}`,
    payload: {
      protocol,
      source,
      destination,
      bytes: bytes.subarray(headerBytes, Math.max(total, headerBytes)),
    },
    offset: (place & 0x1fff) * 8,
    isLast: (place & 0x2000) === 0,
  };
}

function readV6(bytes: Uint8Array): Fragment | undefined {
  if (bytes.length < IPV6_HEADER) return undefined;
  const [source, destination] = [ipText(bytes.subarray(8, 24)), ipText(bytes.subarray(24, 40))];
  const end = u16(bytes, 4) === 0 ? bytes.length : Math.min(bytes.length, IPV6_HEADER + u16(bytes, 4));
  let [next, at] = [bytes[6] ?? 0, IPV6_HEADER];
  let fragment = { offset: 0, isLast: true, id: '' };
  while (at + 8 <= end && (EXTENSIONS.has(next) || next === AUTHENTICATION || next === FRAGMENT)) {
    const size = (bytes[at + 1] ?? 0) + 1;
    if (next === FRAGMENT) {
      const place = u16(bytes, at + 2);
      fragment = {
        offset: place & 0xfff8,
        isLast: (place & 1) === 0,
        id: `${u16(bytes, at + 4)} ${u16(bytes, at + 6)}`,
      };
    }
    const length = next === FRAGMENT ? 8 : next === AUTHENTICATION ? (size + 1) * 4 : size * 8;
    next = bytes[at] ?? 0;
    at += length;
  }
  if (at > end) return undefined;
  const payload = { protocol: next, source, destination, bytes: bytes.subarray(at, end) };
  return { key: `${source} ${destination} ${fragment.id}`, payload, ...fragment };
}
