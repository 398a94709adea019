import { isLoopback } from '../core/address.ts';
import type { Clock } from '../core/clock.ts';
import type { LimitName, Limits } from '../core/limits.ts';
import { TokenBuckets } from '../core/token-buckets.ts';

export type RateLimits = Pick<Limits, 'packetRate' | 'registerRate' | 'inviteRate'>;

/** What one source may send. Loopback addresses are exempt: tests and load on one's own machine are no attack. */
export class RateLimiter {
  readonly #packets: TokenBuckets;
  readonly #byMethod: ReadonlyMap<string, { readonly limit: LimitName; readonly buckets: TokenBuckets }>;

  constructor(clock: Clock, limits: RateLimits) {
    this.#packets = new TokenBuckets(clock, limits.packetRate);
    this.#byMethod = new Map([
      ['REGISTER', { limit: 'register-rate', buckets: new TokenBuckets(clock, limits.registerRate) }],
      ['INVITE', { limit: 'invite-rate', buckets: new TokenBuckets(clock, limits.inviteRate) }],
    ]);
  }

  /** Counts a message. @returns the limit that it exceeds. */
  packet(host: string): LimitName | undefined {
    return isLoopback(host) || this.#packets.take(host) ? undefined : 'packet-rate';
  }

  /** Counts a new request. @returns the limit that it exceeds. */
  request(host: string, method: string): LimitName | undefined {
    const rule = this.#byMethod.get(method);
    if (rule === undefined || isLoopback(host)) return undefined;
    return rule.buckets.take(host) ? undefined : rule.limit;
  }
}
