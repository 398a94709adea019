import { MAX_DELTA, one } from './access.ts';
import type { Reader } from './reader.ts';

/** CSeq numbers are below 2^31. @rfc 3261 §8.1.1.5 */
const LARGEST_CSEQ = 2 ** 31 - 1;

const responseNumber = (reader: Reader): number | undefined => reader.number(MAX_DELTA);

/** The number of a reliable provisional response, up to 2^32-1. @rfc 3262 §7.1 */
export const rseq = one('RSeq', responseNumber);

/** @rfc 3262 §7.2 */
export interface RAck {
  readonly rseq: number;
  readonly cseq: number;
  readonly method: string;
}

/** Which reliable provisional response a PRACK acknowledges. */
export const rack = one('RAck', (reader): RAck | undefined => {
  const number = responseNumber(reader);
  const hasFirstGap = reader.space();
  const cseq = reader.number(LARGEST_CSEQ);
  const hasSecondGap = reader.space();
  const method = reader.token();
  if (number === undefined || cseq === undefined || method === undefined) return undefined;
  return hasFirstGap && hasSecondGap ? { rseq: number, cseq, method } : undefined;
});
