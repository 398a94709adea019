import type { Session } from '../agent/session.ts';
import type { BridgePolicies } from './options.ts';

const ORIGIN = /^o=(\S+) (\S+) (\d+) (.*)$/m;

/**
 * Lets the descriptions of another peer follow those a leg has had so far: the same origin with the next version, as if nobody had been
 * replaced. The same description is written in the same way again.
 * @rfc 3264 §8, RFC 8866 §5.2
 */
class OriginKeeper {
  readonly #user: string;
  readonly #sessionId: string;
  readonly #address: string;
  #version: bigint;
  #lastGiven: string | undefined;
  #lastWritten = '';

  private constructor([, user = '', sessionId = '', version = '0', address = '']: RegExpExecArray) {
    this.#user = user;
    this.#sessionId = sessionId;
    this.#address = address;
    this.#version = BigInt(version);
  }

  /** @param last - what the leg was sent last; nothing can be kept of one without an origin. */
  static after(last: string | undefined): OriginKeeper | undefined {
    const origin = ORIGIN.exec(last ?? '');
    return origin === null ? undefined : new OriginKeeper(origin);
  }

  next(sdp: string): string {
    if (sdp === this.#lastGiven) return this.#lastWritten;
    this.#version++;
    const origin = `o=${this.#user} ${this.#sessionId} ${this.#version} ${this.#address}`;
    this.#lastGiven = sdp;
    return (this.#lastWritten = sdp.replace(ORIGIN, () => origin));
  }
}

/** The origins of the legs whose other side was replaced. */
export class LegOrigins {
  readonly #keepers = new Map<Session, OriginKeeper>();

  /** A description for a leg whose other side is being replaced; from now on its origin is kept. */
  continued(leg: Session, sdp: string): string {
    const keeper = this.#keepers.get(leg) ?? OriginKeeper.after(leg.offers.localSdp);
    if (keeper === undefined) return sdp;
    this.#keepers.set(leg, keeper);
    return keeper.next(sdp);
  }

  /** The policies with the origin kept in every description for such a leg. */
  kept(
    policies: BridgePolicies,
    legs: Readonly<Record<'caller' | 'callee', Session | undefined>>,
  ): BridgePolicies {
    if (this.#keepers.size === 0) return policies;
    return {
      ...policies,
      sdp: (sdp, crossing) => {
        const leg = legs[crossing.to];
        const plain = policies.sdp?.(sdp, crossing) ?? sdp;
        return (leg && this.#keepers.get(leg)?.next(plain)) ?? plain;
      },
    };
  }
}
