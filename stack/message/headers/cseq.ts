import { isToken, numberAt, skipDigits, skipLws } from '../chars.ts';
import { headerId } from '../header-names.ts';
import { HOT, lazy } from '../parsed-message.ts';

/** @rfc 3261 §20.16 */
export interface CSeq {
  /** Below 2^31. */
  readonly number: number;
  readonly method: string;
}

const CSEQ = headerId('CSeq');
const LIMIT = 2 ** 31;

/** The CSeq; undefined when it is absent, malformed, or its number is not below 2^31 (§8.1.1.5). */
export const cseq = lazy((message): CSeq | undefined => {
  const at = message.find(CSEQ);
  if (at < 0) return undefined;
  const { bytes, text } = message;
  const start = message.valueStart(at);
  const end = message.valueEnd(at);
  const digitsEnd = skipDigits(bytes, start, end);
  const methodStart = skipLws(bytes, digitsEnd, end);
  if (digitsEnd === start || methodStart === digitsEnd || !isToken(bytes, methodStart, end)) return undefined;
  const number = numberAt(bytes, start, digitsEnd);
  return number < LIMIT ? { number, method: text.substring(methodStart, end) } : undefined;
}, HOT.cseq);
