const PRIME = 0x01000193;
const OTHER_PRIME = 0x9e3779b1;
const OFFSET_BASIS = 0x811c9dc5;

/**
 * Hashes octets, octet text and numbers piece by piece to a number of 53 bits: two sums in the way of FNV-1a, mixed at the end as MurmurHash3
 * does. For tables, which then need no key that lives as long as what it finds; never for what must not be forged.
 */
export class WideHash {
  readonly #seed: number;
  #a = 0;
  #b = 0;

  /** @param seed - an integer of which 32 bits count; another one gives an independent function, so that nobody outside can choose what meets in a table. */
  constructor(seed: number) {
    this.#seed = seed | 0;
  }

  begin(): this {
    this.#a = OFFSET_BASIS ^ this.#seed;
    this.#b = Math.imul(this.#seed, OTHER_PRIME) ^ OFFSET_BASIS;
    return this;
  }

  octets(bytes: Uint8Array, start: number, end: number): this {
    let a = this.#a;
    let b = this.#b;
    for (let at = start; at < end; at++) {
      const octet = bytes[at] ?? 0;
      a = Math.imul(a ^ octet, PRIME);
      b = Math.imul(b ^ octet, OTHER_PRIME);
    }
    this.#a = a;
    this.#b = b;
    return this;
  }

  /** Octets in which `A` is `a`. */
  lowerCaseOctets(bytes: Uint8Array, start: number, end: number): this {
    let a = this.#a;
    let b = this.#b;
    for (let at = start; at < end; at++) {
      const octet = bytes[at] ?? 0;
      const lower = octet >= 0x41 && octet <= 0x5a ? octet | 0x20 : octet;
      a = Math.imul(a ^ lower, PRIME);
      b = Math.imul(b ^ lower, OTHER_PRIME);
    }
    this.#a = a;
    this.#b = b;
    return this;
  }

  /** Octet text; the same as its octets. */
  text(text: string): this {
    let a = this.#a;
    let b = this.#b;
    for (let at = 0; at < text.length; at++) {
      const octet = text.charCodeAt(at);
      a = Math.imul(a ^ octet, PRIME);
      b = Math.imul(b ^ octet, OTHER_PRIME);
    }
    this.#a = a;
    this.#b = b;
    return this;
  }

  /** An integer of 32 bits; also what keeps two pieces apart that could flow together. */
  number(value: number): this {
    this.#a = Math.imul(mixed(this.#a ^ value), PRIME);
    this.#b = Math.imul(mixed(this.#b ^ value), OTHER_PRIME);
    return this;
  }

  /** 1 .. 2^53 - 1. */
  get value(): number {
    const high = mixed(this.#b) & 0x1fffff;
    const low = mixed(this.#a) >>> 0;
    return Math.max(1, high * 0x1_0000_0000 + low);
  }
}

/** Every bit of the result depends on every bit of the sum, the low ones too, which tables take. */
function mixed(sum: number): number {
  let bits = sum;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
