import { MAX_DELTA, one, seconds } from './access.ts';
import type { Params, Reader } from './reader.ts';

/** @rfc 3261 §20.33 */
export interface RetryAfter {
  readonly delaySec: number;
  /** Without the outer parentheses and escapes. */
  readonly comment: string | undefined;
  /** How long the callee will be there after that. */
  readonly durationSec: number | undefined;
  readonly params: Params;
}

/** Seconds, a comment, parameters; more than 2^32-1 seconds count as that. */
export const retryAfter = one('Retry-After', (reader: Reader): RetryAfter | undefined => {
  const delaySec = reader.number();
  reader.space();
  const comment = reader.comment();
  const params = reader.params();
  if (delaySec === undefined || params === undefined) return undefined;
  return {
    delaySec: Math.min(delaySec, MAX_DELTA),
    comment,
    durationSec: seconds(params, 'duration'),
    params,
  };
});
