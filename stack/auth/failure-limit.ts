import { isLoopback, type Address } from '../core/address.ts';
import type { Clock } from '../core/clock.ts';
import type { OnLimit } from '../core/limits.ts';

export interface FailureLimitOptions {
  readonly clock: Clock;
  /** Wrong passwords of one source within `windowMs`; after them its credentials are refused unread until the window is over. */
  readonly failures: number;
  readonly windowMs: number;
  readonly onLimit?: OnLimit | undefined;
}

interface Count {
  readonly sinceMs: number;
  readonly failures: number;
}

/** Sources that are watched at the same time; the one that failed longest ago is forgotten first. */
const MAX_SOURCES = 10_000;

/** Slows down who tries passwords. Loopback is never limited: tests live there. */
export class FailureLimit {
  readonly #options: FailureLimitOptions;
  readonly #counts = new Map<string, Count>();

  constructor(options: FailureLimitOptions) {
    this.#options = options;
  }

  /** Whether credentials from there are to be refused unread; each refusal is told to `onLimit`. */
  isExceeded(source: Address): boolean {
    const { clock, failures, onLimit } = this.#options;
    if ((this.#live(source)?.failures ?? 0) < failures) return false;
    onLimit?.({ limit: 'auth-failure-rate', source, atMs: clock.now() });
    return true;
  }

  failed(source: Address): void {
    if (isLoopback(source.host)) return;
    const live = this.#live(source);
    this.#counts.delete(source.host);
    this.#counts.set(source.host, {
      sinceMs: live?.sinceMs ?? this.#options.clock.now(),
      failures: (live?.failures ?? 0) + 1,
    });
    const [oldest] = this.#counts.keys();
    if (this.#counts.size > MAX_SOURCES && oldest !== undefined) this.#counts.delete(oldest);
  }

  #live(source: Address): Count | undefined {
    const count = this.#counts.get(source.host);
    const { clock, windowMs } = this.#options;
    return count !== undefined && clock.now() - count.sinceMs < windowMs ? count : undefined;
  }
}
