import { MAX_DELTA, one } from './access.ts';
import type { Params, Reader } from './reader.ts';

/** @rfc 4028 §4 */
export interface SessionExpires {
  /** Session interval in seconds. */
  readonly deltaSec: number;
  /** Who refreshes; undefined when not said, or said by another word. */
  readonly refresher: 'uac' | 'uas' | undefined;
  readonly params: Params;
}

function deltaWithParams(reader: Reader): { readonly deltaSec: number; readonly params: Params } | undefined {
  const deltaSec = reader.number();
  const params = reader.params();
  return deltaSec === undefined || params === undefined
    ? undefined
    : { deltaSec: Math.min(deltaSec, MAX_DELTA), params };
}

/** The session interval and who refreshes. More than 2^32-1 seconds count as that. */
export const sessionExpires = one('Session-Expires', (reader): SessionExpires | undefined => {
  const read = deltaWithParams(reader);
  if (read === undefined) return undefined;
  const refresher = read.params.get('refresher')?.toLowerCase();
  return { ...read, refresher: refresher === 'uac' || refresher === 'uas' ? refresher : undefined };
});

/** The smallest session interval an element accepts, in seconds. @rfc 4028 §5 */
export const minSe = one('Min-SE', (reader) => deltaWithParams(reader)?.deltaSec);
