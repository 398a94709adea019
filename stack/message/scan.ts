import { COLON, CR, LF, SP, type Source, TAB, skipToken } from './chars.ts';
import { type NameReading, UNKNOWN_ID, readName } from './header-names.ts';

/** What a scan met on its way; the details are worked out only when somebody asks for diagnostics. */
export const ANOMALY = {
  bareLf: 1,
  badHeaderLine: 2,
  noBlankLine: 4,
  leadingEmptyLines: 8,
  /** No error; values may contain folds. */
  folded: 16,
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
export function lineEndBefore(bytes: Uint8Array, start: number, next: number): number {
  if (next <= start || bytes[next - 1] !== LF) return next;
  return next - 1 > start && bytes[next - 2] === CR ? next - 2 : next - 1;
}

/** Offset of the last octet of the next line end at or after `pos`, or that of the last octet when there is none. */
function lineFeed({ bytes, text }: Source, pos: number): number {
  const lf = text.indexOf('\n', pos);
  return lf < 0 ? bytes.length - 1 : lf;
}

/** Packed entry of a line whose name holds digits or signs, or is followed by white space; 0 when it has no token or no colon. */
function packUnusual(bytes: Uint8Array, start: number, end: number, name: NameReading): number {
  const nameEnd = skipToken(bytes, start, end);
  let colon = nameEnd;
  while (colon < end && (bytes[colon] === SP || bytes[colon] === TAB)) colon++;
  if (bytes[colon] !== COLON || colon >= end || nameEnd === start || colon - start >= LONGEST_NAME) return 0;
  return (nameEnd === name.end ? name.id : UNKNOWN_ID) | ((colon + 1 - start) << 8);
}

/** Packed entry of a line with a name that is no token, or 0 without a colon before its first line end. */
function packBroken(bytes: Uint8Array, start: number, end: number): number {
  const limit = Math.min(end, start + LONGEST_NAME);
  for (let at = start; at < limit && bytes[at] !== CR && bytes[at] !== LF; at++) {
    if (bytes[at] === COLON) return (at + 1 - start) << 8;
  }
  return 0;
}

/** Where a scan collects its index: growing an array for every message would cost more than the copy. */
let scratch: number[] = [];
/** A scratch larger than this is let go after the hostile message that needed it. */
const LARGE_INDEX = 4096;

const reading: NameReading = { id: UNKNOWN_ID, end: 0 };

export function scan(source: Source): Scan {
  const { bytes } = source;
  const length = bytes.length;
  let anomalies = 0;
  let pos = 0;
  // Empty lines before the start line are skipped. @rfc 3261 §7.5
  while (pos < length && (bytes[pos] === CR || bytes[pos] === LF)) pos++;
  if (pos > 0) anomalies |= ANOMALY.leadingEmptyLines;

  const startLineStart = pos;
  pos = Math.max(lineFeed(source, pos) + 1, pos);
  const startLineEnd = lineEndBefore(bytes, startLineStart, pos);
  if (startLineEnd === pos - 1) anomalies |= ANOMALY.bareLf;

  let count = 0;
  const name = reading;
  let bodyStart = length;
  for (;;) {
    if (pos >= length) {
      anomalies |= ANOMALY.noBlankLine;
      break;
    }
    const first = bytes[pos] ?? 0;
    if (first === CR && bytes[pos + 1] === LF) {
      bodyStart = pos + 2;
      break;
    }
    if (first === LF) {
      anomalies |= ANOMALY.bareLf;
      bodyStart = pos + 1;
      break;
    }

    readName(bytes, pos, name);
    const at = name.end;
    let packed =
      bytes[at] === COLON && at > pos && at - pos < LONGEST_NAME ? name.id | ((at + 1 - pos) << 8) : 0;

    let lf = lineFeed(source, at);
    if (bytes[lf] === LF && bytes[lf - 1] !== CR) anomalies |= ANOMALY.bareLf;
    let follow = bytes[lf + 1];
    while (follow === SP || follow === TAB) {
      anomalies |= ANOMALY.folded;
      lf = lineFeed(source, lf + 1);
      if (bytes[lf] === LF && bytes[lf - 1] !== CR) anomalies |= ANOMALY.bareLf;
      follow = bytes[lf + 1];
    }
    if (packed === 0) {
      packed = packUnusual(bytes, pos, lf + 1, name);
      if (packed === 0) {
        anomalies |= ANOMALY.badHeaderLine;
        packed = packBroken(bytes, pos, lf + 1);
      }
    }
    scratch[count++] = pos;
    scratch[count++] = packed;
    pos = lf + 1;
  }
  scratch[count++] = pos;
  const index = scratch.slice(0, count);
  if (count > LARGE_INDEX) scratch = [];
  return { index, startLineStart, startLineEnd, bodyStart, anomalies };
}
