import { maxBreadth } from '../message/headers/texts.ts';
import type { SipMessage } from '../message/message.ts';

/** Of a request that came without one. @rfc 5393 §5.3.3 */
const MAX_BREADTH = 60;

/** Along how many branches at the same time a request may go on from here. @rfc 5393 §5.3.3 */
export function breadthOf(request: SipMessage): number {
  return maxBreadth(request) ?? MAX_BREADTH;
}

/** Divides a breadth among branches, none of which gets nothing: `[4, 3, 3]` for three of ten. @param count - not more than `breadth`. */
export function sharesOf(breadth: number, count: number): readonly number[] {
  const each = Math.floor(breadth / count);
  const rest = breadth - each * count;
  return Array.from({ length: count }, (_, place) => each + (place < rest ? 1 : 0));
}
