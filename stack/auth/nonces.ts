import type { Clock } from '../core/clock.ts';
import type { Ids } from '../core/ids.ts';
import { equalInConstantTime, type Hashes } from './hashes.ts';

/** What a nonce that came back is worth. `unknown`: not ours; `expired`: ours, but too old. */
export type NonceState =
  | {
      readonly kind: 'good' | 'expired';
      readonly issuedMs: number;
      /** No other nonce has it. */
      readonly number: number;
    }
  | { readonly kind: 'unknown' };

const SECRET_LENGTH = 52;
/** Hexadecimal digits of the signature: 128 bits. */
const SIGNATURE_LENGTH = 32;

/** Nonces that carry their own proof: time, number and a signature over both, so that nothing is kept for a nonce that never comes back. @rfc 7616 §5.4 */
export class Nonces {
  readonly #clock: Clock;
  readonly #lifetimeMs: number;
  readonly #hashes: Pick<Hashes, 'digest'>;
  readonly #secret: string;
  #lastNumber = 0;

  constructor(options: {
    readonly clock: Clock;
    readonly ids: Ids;
    readonly hashes: Pick<Hashes, 'digest'>;
    readonly lifetimeMs: number;
  }) {
    this.#clock = options.clock;
    this.#lifetimeMs = options.lifetimeMs;
    this.#hashes = options.hashes;
    this.#secret = options.ids.token(SECRET_LENGTH);
  }

  /** @param binding - what the nonce is good for; it must be the same at the check. */
  issue(binding: string): string {
    const head = `${Math.floor(this.#clock.now())}.${++this.#lastNumber}`;
    return `${head}.${this.#signature(head, binding)}`;
  }

  check(nonce: string, binding: string): NonceState {
    const end = nonce.lastIndexOf('.');
    const head = nonce.slice(0, Math.max(end, 0));
    const isOurs = equalInConstantTime(nonce.slice(end + 1), this.#signature(head, binding));
    if (!isOurs) return { kind: 'unknown' };
    const issuedMs = Number.parseInt(head, 10);
    const number = Number.parseInt(head.slice(head.indexOf('.') + 1), 10);
    const isYoung = this.#clock.now() - issuedMs < this.#lifetimeMs;
    return { kind: isYoung ? 'good' : 'expired', issuedMs, number };
  }

  /** Whether less than a quarter of its lifetime is left. */
  isAging(issuedMs: number): boolean {
    return this.#clock.now() - issuedMs > this.#lifetimeMs * 0.75;
  }

  /** What RFC 7616 §3.3 proposes. The secret comes last, so nobody can append to what is signed. */
  #signature(head: string, binding: string): string {
    const text = `${head}:${binding}:${this.#secret}`;
    return this.#hashes.digest('sha-256', text).slice(0, SIGNATURE_LENGTH);
  }
}
