import type { SipMessage } from '../message/message.ts';

/** How one branch ended: with a response, or with what its silence counts as. */
export interface Final {
  readonly status: number;
  /** Undefined for a status of our own: 408 for silence, 503 for a hop that cannot be reached. */
  readonly message: SipMessage | undefined;
}

/** Tell the caller how to try again; those come first among the 4xx. @rfc 3261 §16.7 step 6 */
const HELPFUL: readonly number[] = [401, 407, 415, 420, 484];
/** Say least: nobody answered, or the branch was given up. */
const LEAST: readonly number[] = [408, 430, 487];

/**
 * The response that goes upstream when every branch has ended without a 2xx: a 6xx before all others, else one of the lowest class; within the 4xx
 * what helps the caller to try again, and last what says nothing about the user. The earliest among equals.
 * @rfc 3261 §16.7 step 6
 */
export function bestResponse(finals: readonly Final[]): Final | undefined {
  let best: Final | undefined;
  for (const final of finals) if (best === undefined || rank(final) < rank(best)) best = final;
  return best;
}

function rank({ status, message }: Final): number {
  if (status >= 600) return 0;
  const base = Math.floor(status / 100) * 100;
  if (base === 400) {
    const helpful = HELPFUL.indexOf(status);
    if (helpful >= 0) return base + helpful;
    const least = LEAST.indexOf(status);
    if (least >= 0) return base + 20 - least;
    return base + 10;
  }
  // Another server error says more than "not now", and a response more than silence.
  if (status === 503) return base + (message === undefined ? 21 : 20);
  return base + 10;
}
