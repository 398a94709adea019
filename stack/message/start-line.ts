import { SLASH, SP, isDigit, isToken, isWord, skipLws, trimEnd } from './chars.ts';
import type { StartLine } from './message.ts';

/** A start line and where its parts are: [start, end) pairs for method, URI, version or version, status, reason. */
export interface ScannedStartLine {
  readonly line: StartLine;
  /** Three pairs of offsets; empty for an invalid line. */
  readonly parts: readonly number[];
  /** What is wrong with it, in one sentence; undefined when it is as the grammar wants it. */
  readonly problem: string | undefined;
}

/** Whether the text at `at` reads `SIP/`, in any case. */
function isSipAt(text: string, at: number): boolean {
  return text.charCodeAt(at + 3) === SLASH && isWord(text, at, at + 3, 'sip');
}

function isVersion(text: string, start: number, end: number): boolean {
  const dot = text.indexOf('.', start + 4);
  if (dot < 0 || dot >= end) return false;
  return isNumber(text, start + 4, dot) && isNumber(text, dot + 1, end);
}

function isNumber(text: string, start: number, end: number): boolean {
  if (start >= end) return false;
  for (let at = start; at < end; at++) if (!isDigit(text.charCodeAt(at))) return false;
  return true;
}

function invalid(text: string, start: number, end: number, problem: string): ScannedStartLine {
  return { line: { kind: 'invalid', text: text.substring(start, end) }, parts: [], problem };
}

/** Position of the next space in [pos, end), or `end`. */
function nextSpace(text: string, pos: number, end: number): number {
  while (pos < end && text.charCodeAt(pos) !== SP) pos++;
  return pos;
}

/** @rfc 3261 §7.1, §7.2 */
export function scanStartLine(text: string, start: number, end: number): ScannedStartLine {
  if (start === end) return invalid(text, start, end, 'The start line is missing.');
  return isSipAt(text, start) ? scanStatusLine(text, start, end) : scanRequestLine(text, start, end);
}

function scanStatusLine(text: string, start: number, end: number): ScannedStartLine {
  const versionEnd = nextSpace(text, start, end);
  if (!isVersion(text, start, versionEnd))
    return invalid(text, start, end, 'The SIP version of the status line cannot be read.');
  const statusStart = skipLws(text, versionEnd, end);
  const statusEnd = nextSpace(text, statusStart, end);
  if (statusEnd - statusStart !== 3 || !isNumber(text, statusStart, statusEnd)) {
    return invalid(text, start, end, 'The status code is not a number of three digits.');
  }
  const status = Number(text.substring(statusStart, statusEnd));
  if (status < 100) return invalid(text, start, end, 'The status code is below 100.');
  const reasonStart = Math.min(statusEnd + 1, end);
  let problem: string | undefined;
  if (statusStart !== versionEnd + 1) problem = 'More than one space stands between version and status code.';
  else if (statusEnd === end) problem = 'The space behind the status code is missing.';
  return {
    line: {
      kind: 'response',
      status,
      reason: text.substring(reasonStart, end),
      version: text.substring(start, versionEnd),
    },
    parts: [start, versionEnd, statusStart, statusEnd, reasonStart, end],
    problem,
  };
}

function scanRequestLine(text: string, start: number, end: number): ScannedStartLine {
  const methodEnd = nextSpace(text, start, end);
  const lineEnd = trimEnd(text, start, end);
  let versionStart = lineEnd;
  while (versionStart > methodEnd && text.charCodeAt(versionStart - 1) !== SP) versionStart--;
  if (versionStart <= methodEnd || !isSipAt(text, versionStart)) {
    return invalid(text, start, end, 'This is neither "METHOD URI SIP/2.0" nor "SIP/2.0 STATUS REASON".');
  }
  if (!isToken(text, start, methodEnd)) return invalid(text, start, end, 'The method is not a token.');
  const uriStart = skipLws(text, methodEnd, versionStart);
  const uriEnd = trimEnd(text, uriStart, versionStart);
  if (uriStart === uriEnd) return invalid(text, start, end, 'The Request-URI is missing.');
  return {
    line: {
      kind: 'request',
      method: text.substring(start, methodEnd),
      uri: text.substring(uriStart, uriEnd),
      version: text.substring(versionStart, lineEnd),
    },
    parts: [start, methodEnd, uriStart, uriEnd, versionStart, lineEnd],
    problem: requestLineProblem(text, [methodEnd, uriStart, uriEnd, versionStart, lineEnd, end]),
  };
}

function requestLineProblem(
  text: string,
  [methodEnd, uriStart, uriEnd, versionStart, lineEnd, end]: readonly [
    number,
    number,
    number,
    number,
    number,
    number,
  ],
): string | undefined {
  if (lineEnd !== end) return 'White space stands behind the SIP version.';
  if (uriStart !== methodEnd + 1 || versionStart !== uriEnd + 1)
    return 'More than one space stands between the parts of the request line.';
  if (nextSpace(text, uriStart, uriEnd) !== uriEnd) return 'The Request-URI contains white space.';
  if (!isVersion(text, versionStart, lineEnd)) return 'The SIP version of the request line cannot be read.';
  return undefined;
}
