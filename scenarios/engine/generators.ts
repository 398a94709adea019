import type { Ids } from '../../stack/core/ids.ts';

const HEX = '0123456789abcdef';

/**
 * What the functions `uuid()`, `counter('name')` and `random(1, 100)` of expressions give. One for all runs of a command: a counter goes on from
 * one run to the next. Repeatable where the identifiers are.
 */
export class Generators {
  readonly #ids: Ids;
  readonly #counters = new Map<string, number>();

  constructor(ids: Ids) {
    this.#ids = ids;
  }

  /** A UUID of version 4. @rfc 9562 §5.4 */
  uuid(): string {
    const hex = Array.from({ length: 32 }, (_, i) => {
      const digit = this.random(0, 15);
      return HEX.charAt(i === 12 ? 4 : i === 16 ? 8 + (digit % 4) : digit);
    }).join('');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  }

  /** 1, then 2 and so on, for each name. */
  counter(name: string): number {
    const next = (this.#counters.get(name) ?? 0) + 1;
    this.#counters.set(name, next);
    return next;
  }

  /** A whole number from `from` to `to`, both included. */
  random(from: number, to: number): number {
    return from + Math.floor(this.#ids.chance() * (to - from + 1));
  }
}
