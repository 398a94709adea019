import { COLON, CR, LF, SP, TAB, isTokenChar } from './chars.ts';
import { UNKNOWN_ID, headerIdAt } from './header-names.ts';

/** What a scan met on its way; the details are worked out only when somebody asks for diagnostics. */
export const ANOMALY = {
  bareLf: 1,
  badHeaderLine: 2,
  noBlankLine: 4,
  leadingEmptyLines: 8,
} as const;

/**
 * Where the lines of a message are: one pass over its octet text, nothing allocated per header.
 * `index` holds two numbers a header line: where it starts, and its packed rest (see {@link packedId}, {@link packedValueOffset});
 * one last number says where the header block ends.
 */
export interface Scan {
  readonly index: readonly number[];
  readonly startLineStart: number;
  /** Without the line end. */
  readonly startLineEnd: number;
  readonly bodyStart: number;
  /** Bits of {@link ANOMALY}. */
  readonly anomalies: number;
}

export const INDEX_STRIDE = 2;
/** A colon further from the line's start than this is not looked at as one. */
const LONGEST_NAME = 1 << 20;

/** Header id, 0 when unknown. */
export function packedId(packed: number): number {
  return packed & 0xff;
}

/** Distance from the start of the line to the octet behind the colon; 0 when the line has no colon. */
export function packedValueOffset(packed: number): number {
  return packed >> 8;
}

/** End of the line that is followed by a line starting at `next`: without its CRLF or LF. */
export function lineEndBefore(text: string, start: number, next: number): number {
  let end = next;
  if (end > start && text.charCodeAt(end - 1) === LF) {
    end--;
    if (end > start && text.charCodeAt(end - 1) === CR) end--;
  }
  return end;
}

/** Position behind the colon of the line [start, end), or 0. For names that are no token. */
function colonAnywhere(text: string, start: number, end: number): number {
  const limit = Math.min(end, start + LONGEST_NAME);
  for (let at = start; at < limit; at++) if (text.charCodeAt(at) === COLON) return at + 1;
  return 0;
}

export function scan(text: string): Scan {
  const length = text.length;
  let anomalies = 0;
  let pos = 0;
  // Empty lines before the start line are skipped. @rfc 3261 §7.5
  while (pos < length && (text.charCodeAt(pos) === CR || text.charCodeAt(pos) === LF)) pos++;
  if (pos > 0) anomalies |= ANOMALY.leadingEmptyLines;

  const startLineStart = pos;
  const firstLf = text.indexOf('\n', pos);
  pos = firstLf < 0 ? length : firstLf + 1;
  const startLineEnd = lineEndBefore(text, startLineStart, pos);
  if (firstLf >= 0 && startLineEnd === firstLf) anomalies |= ANOMALY.bareLf;

  const index: number[] = [];
  let bodyStart = length;
  for (;;) {
    if (pos >= length) {
      anomalies |= ANOMALY.noBlankLine;
      break;
    }
    const first = text.charCodeAt(pos);
    if (first === CR && text.charCodeAt(pos + 1) === LF) {
      bodyStart = pos + 2;
      break;
    }
    if (first === LF) {
      anomalies |= ANOMALY.bareLf;
      bodyStart = pos + 1;
      break;
    }

    let at = pos;
    while (isTokenChar(text.charCodeAt(at))) at++;
    const nameEnd = at;
    let code = text.charCodeAt(at);
    while (code === SP || code === TAB) code = text.charCodeAt(++at);
    let packed = 0;
    if (code === COLON && nameEnd > pos && at - pos < LONGEST_NAME) {
      packed = headerIdAt(text, pos, nameEnd) | ((at + 1 - pos) << 8);
    }

    let lf = text.indexOf('\n', at);
    let next = lf < 0 ? length : lf + 1;
    for (;;) {
      if (lf < 0) break;
      if (text.charCodeAt(lf - 1) !== CR) anomalies |= ANOMALY.bareLf;
      const follow = text.charCodeAt(next);
      if (follow !== SP && follow !== TAB) break;
      lf = text.indexOf('\n', next);
      next = lf < 0 ? length : lf + 1;
    }
    if (packed === 0) {
      anomalies |= ANOMALY.badHeaderLine;
      const colon = colonAnywhere(text, pos, next);
      if (colon > 0) packed = UNKNOWN_ID | ((colon - pos) << 8);
    }
    index.push(pos, packed);
    pos = next;
  }
  index.push(pos);
  return { index, startLineStart, startLineEnd, bodyStart, anomalies };
}
