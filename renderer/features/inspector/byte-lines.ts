import { describeOddCharacter, nameOfOddCharacter } from '../wire/index.ts';

/** Half-open range of octets of a message. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** A stretch of octets: text, one boxed character or octet, or the line end. */
export interface ByteRun extends ByteRange {
  readonly kind: 'text' | 'boxed' | 'line-end';
  /** What to show. */
  readonly text: string;
  /** Tooltip of a boxed one. */
  readonly hint?: string;
  readonly isMarked: boolean;
}

/** One line with its line end. */
export interface ByteLine extends ByteRange {
  readonly ending: 'crlf' | 'lf' | 'cr' | 'none';
  /** Where the octets before the line end stop. */
  readonly contentEnd: number;
}

const CR = 0x0d;
const LF = 0x0a;

/** Splits octets at CRLF, bare LF and bare CR; every octet belongs to exactly one line. */
export function splitLines(bytes: Uint8Array): readonly ByteLine[] {
  const lines: ByteLine[] = [];
  let start = 0;
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte === CR && bytes[at + 1] === LF) {
      lines.push({ start, end: at + 2, contentEnd: at, ending: 'crlf' });
      at += 2;
      start = at;
    } else if (byte === CR || byte === LF) {
      lines.push({ start, end: at + 1, contentEnd: at, ending: byte === CR ? 'cr' : 'lf' });
      at += 1;
      start = at;
    } else {
      at += 1;
    }
  }
  if (start < bytes.length) lines.push({ start, end: at, contentEnd: at, ending: 'none' });
  return lines;
}

/** Length of the well-formed UTF-8 sequence at `at`, and its code point; undefined when there is none (Unicode 15, table 3-7). */
function decodeAt(
  bytes: Uint8Array,
  at: number,
  end: number,
): { readonly code: number; readonly length: number } | undefined {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return { code: first, length: 1 };
  const length = first >= 0xc2 && first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (first < 0xc2 || first > 0xf4 || at + length > end) return undefined;
  let code = first & (0x7f >> length);
  for (let i = 1; i < length; i += 1) {
    const next = bytes[at + i] ?? 0;
    if ((next & 0xc0) !== 0x80) return undefined;
    code = (code << 6) | (next & 0x3f);
  }
  const isOverlong = (length === 3 && code < 0x800) || (length === 4 && code < 0x10000);
  if (isOverlong || (code >= 0xd800 && code <= 0xdfff) || code > 0x10ffff) return undefined;
  return { code, length };
}

const hex = (byte: number): string => byte.toString(16).toUpperCase().padStart(2, '0');

/**
 * The runs of a range of octets, cut at the ends of `marked` so that a run is marked as a whole. A UTF-8 sequence is never cut; it counts
 * as marked when its first octet is.
 */
export function byteRuns(
  bytes: Uint8Array,
  range: ByteRange,
  marked: ByteRange | undefined,
): readonly ByteRun[] {
  const runs: ByteRun[] = [];
  let text = '';
  let textStart = range.start;
  const isMarkedAt = (at: number): boolean => marked !== undefined && at >= marked.start && at < marked.end;
  const flush = (at: number): void => {
    if (text === '') return;
    runs.push({ kind: 'text', start: textStart, end: at, text, isMarked: isMarkedAt(textStart) });
    text = '';
  };
  let at = range.start;
  while (at < range.end) {
    const character = decodeAt(bytes, at, range.end);
    const name = character === undefined ? hex(bytes[at] ?? 0) : nameOfOddCharacter(character.code);
    if (character !== undefined && name === undefined) {
      if (text === '') textStart = at;
      else if (isMarkedAt(at) !== isMarkedAt(textStart)) {
        flush(at);
        textStart = at;
      }
      text += String.fromCodePoint(character.code);
      at += character.length;
      continue;
    }
    flush(at);
    const length = character?.length ?? 1;
    runs.push({
      kind: 'boxed',
      start: at,
      end: at + length,
      text: name ?? '',
      hint:
        character === undefined ? `Octet 0x${name ?? ''}: not UTF-8` : describeOddCharacter(character.code),
      isMarked: isMarkedAt(at),
    });
    at += length;
  }
  flush(at);
  return runs;
}

/** The run that stands for a line end: quiet for CRLF, boxed by name for a bare CR or LF. */
export function lineEndRun(line: ByteLine, marked: ByteRange | undefined): ByteRun | undefined {
  if (line.ending === 'none') return undefined;
  const isMarked = marked !== undefined && line.contentEnd >= marked.start && line.contentEnd < marked.end;
  const range = { start: line.contentEnd, end: line.end, isMarked };
  if (line.ending === 'crlf') return { ...range, kind: 'line-end', text: '↵' };
  const name = line.ending === 'lf' ? 'LF' : 'CR';
  return { ...range, kind: 'boxed', text: name, hint: `Bare ${name}: RFC 3261 §7 wants CRLF` };
}

/** Octets of base64. */
export function decodeBase64(base64: string): Uint8Array {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i += 1) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

/** Octets as Unicode, for the clipboard; what is not UTF-8 becomes U+FFFD there and only there. */
export function textOf(bytes: Uint8Array, range: ByteRange): string {
  return new TextDecoder().decode(bytes.subarray(range.start, range.end));
}

/** Whether two ranges share an octet. */
export function overlaps(a: ByteRange, b: ByteRange | undefined): boolean {
  return b !== undefined && a.start < b.end && b.start < a.end;
}
