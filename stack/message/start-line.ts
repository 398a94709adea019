import {
  DOT,
  SLASH,
  SP,
  type Source,
  isWord,
  numberAt,
  skipDigits,
  skipLws,
  skipToken,
  trimEnd,
  word,
} from './chars.ts';
import type { StartLine } from './message.ts';

/** A start line and where its parts are. */
export interface ScannedStartLine {
  readonly line: StartLine;
  /** Offsets [start, end) of the middle part: Request-URI or status code. */
  readonly middleStart: number;
  readonly middleEnd: number;
  /** What is wrong with it, in one sentence; undefined when it is as the grammar wants it. */
  readonly problem: string | undefined;
}

const SIP = word('sip');

/** Whether `SIP/` stands at `at`, in any case. */
function isSipAt(bytes: Uint8Array, at: number): boolean {
  return bytes[at + 3] === SLASH && isWord(bytes, at, at + 3, SIP);
}

/** Whether [start, end), which begins with `SIP/`, goes on with two numbers and a dot between them. */
function isVersion(bytes: Uint8Array, start: number, end: number): boolean {
  const major = skipDigits(bytes, start + 4, end);
  const minor = skipDigits(bytes, major + 1, end);
  return major > start + 4 && bytes[major] === DOT && minor > major + 1 && minor === end;
}

function invalid(text: string, start: number, end: number, problem: string): ScannedStartLine {
  return {
    line: { kind: 'invalid', text: text.substring(start, end) },
    middleStart: start,
    middleEnd: end,
    problem,
  };
}

/** Position of the next space in [pos, end), or `end`. */
function nextSpace(bytes: Uint8Array, pos: number, end: number): number {
  while (pos < end && bytes[pos] !== SP) pos++;
  return pos;
}

/** @rfc 3261 §7.1, §7.2 */
export function scanStartLine(source: Source, start: number, end: number): ScannedStartLine {
  if (start === end) return invalid(source.text, start, end, 'The start line is missing.');
  return isSipAt(source.bytes, start)
    ? scanStatusLine(source, start, end)
    : scanRequestLine(source, start, end);
}

function scanStatusLine(source: Source, start: number, end: number): ScannedStartLine {
  const { bytes, text } = source;
  const versionEnd = nextSpace(bytes, start, end);
  if (!isVersion(bytes, start, versionEnd))
    return invalid(text, start, end, 'The SIP version of the status line cannot be read.');
  const statusStart = skipLws(bytes, versionEnd, end);
  const statusEnd = nextSpace(bytes, statusStart, end);
  if (statusEnd - statusStart !== 3 || skipDigits(bytes, statusStart, statusEnd) !== statusEnd) {
    return invalid(text, start, end, 'The status code is not a number of three digits.');
  }
  const status = numberAt(bytes, statusStart, statusEnd);
  if (status < 100) return invalid(text, start, end, 'The status code is below 100.');
  let problem: string | undefined;
  if (statusStart !== versionEnd + 1) problem = 'More than one space stands between version and status code.';
  else if (statusEnd === end) problem = 'The space behind the status code is missing.';
  const reason = text.substring(Math.min(statusEnd + 1, end), end);
  const version = versionText(source, start, versionEnd);
  return {
    line: { kind: 'response', status, reason, version },
    middleStart: statusStart,
    middleEnd: statusEnd,
    problem,
  };
}

function scanRequestLine(source: Source, start: number, end: number): ScannedStartLine {
  const { bytes, text } = source;
  const methodEnd = skipToken(bytes, start, end);
  const lineEnd = trimEnd(bytes, start, end);
  let versionStart = lineEnd - 7;
  if (bytes[versionStart - 1] !== SP) versionStart = lastSpace(bytes, methodEnd, lineEnd);
  if (versionStart <= methodEnd || !isSipAt(bytes, versionStart)) {
    return invalid(text, start, end, 'This is neither "METHOD URI SIP/2.0" nor "SIP/2.0 STATUS REASON".');
  }
  if (methodEnd === start || bytes[methodEnd] !== SP)
    return invalid(text, start, end, 'The method is not a token.');
  const uriStart = skipLws(bytes, methodEnd, versionStart);
  const uriEnd = trimEnd(bytes, uriStart, versionStart);
  if (uriStart === uriEnd) return invalid(text, start, end, 'The Request-URI is missing.');
  let problem: string | undefined;
  if (lineEnd !== end) problem = 'White space stands behind the SIP version.';
  else if (uriStart !== methodEnd + 1 || versionStart !== uriEnd + 1) {
    problem = 'More than one space stands between the parts of the request line.';
  } else if (nextSpace(bytes, uriStart, uriEnd) !== uriEnd) problem = 'The Request-URI contains white space.';
  else if (!isVersion(bytes, versionStart, lineEnd))
    problem = 'The SIP version of the request line cannot be read.';
  const line: StartLine = {
    kind: 'request',
    method: text.substring(start, methodEnd),
    uri: text.substring(uriStart, uriEnd),
    version: versionText(source, versionStart, lineEnd),
  };
  return { line, middleStart: uriStart, middleEnd: uriEnd, problem };
}

/** Position behind the last space of [start, end), or `start`. */
function lastSpace(bytes: Uint8Array, start: number, end: number): number {
  while (end > start && bytes[end - 1] !== SP) end--;
  return end;
}

const ZERO = 0x30;
const TWO = 0x32;
const UPPER_S = 0x53;
const UPPER_I = 0x49;
const UPPER_P = 0x50;

/** The usual version as the one constant it is; `start` is known to read `SIP/` in some case. */
function versionText({ bytes, text }: Source, start: number, end: number): string {
  const isUsual =
    end - start === 7 && bytes[start + 4] === TWO && bytes[start + 5] === DOT && bytes[start + 6] === ZERO;
  if (isUsual && bytes[start] === UPPER_S && bytes[start + 1] === UPPER_I && bytes[start + 2] === UPPER_P)
    return 'SIP/2.0';
  return text.substring(start, end);
}
