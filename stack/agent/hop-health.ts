import type { Clock } from '../core/clock.ts';
import { formatAddress } from '../core/address.ts';
import type { Route } from '../transaction/types.ts';
import type { Ways } from './locate.ts';

/** Hops that are avoided at the same time; the one noted longest ago is forgotten first. */
const MAX_HOPS = 1000;

/** Remembers for a while which hops did not answer, so that the next request does not wait for them again. @rfc 3263 §4.3, RFC 3261 §21.5.4 */
export class HopHealth {
  readonly #clock: Clock;
  readonly #avoidedUntilMs = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The same ways; those that failed of late come last, since they are still better than none. */
  order(ways: Ways): Ways {
    if (this.#avoidedUntilMs.size === 0 || ways.length === 1) return ways;
    const isAvoided = (way: Route): boolean => {
      const untilMs = this.#avoidedUntilMs.get(keyOf(way));
      return untilMs !== undefined && untilMs > this.#clock.now();
    };
    const [first = ways[0], ...others] = [
      ...ways.filter((way) => !isAvoided(way)),
      ...ways.filter((way) => isAvoided(way)),
    ];
    return [first, ...others];
  }

  avoid(way: Route, forMs: number): void {
    const key = keyOf(way);
    this.#avoidedUntilMs.delete(key);
    this.#avoidedUntilMs.set(key, this.#clock.now() + forMs);
    const [oldest] = this.#avoidedUntilMs.keys();
    if (this.#avoidedUntilMs.size > MAX_HOPS && oldest !== undefined) this.#avoidedUntilMs.delete(oldest);
  }

  answered(way: Route): void {
    if (this.#avoidedUntilMs.size > 0) this.#avoidedUntilMs.delete(keyOf(way));
  }
}

function keyOf({ transport, target }: Route): string {
  return `${transport.protocol} ${formatAddress(target.address)}`;
}
