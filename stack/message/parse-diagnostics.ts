import type { Diagnostic, Span } from './message.ts';
import { ANOMALY, INDEX_STRIDE, type Scan, lineEndBefore, packedValueOffset } from './scan.ts';
import type { ScannedStartLine } from './start-line.ts';
import { type Source, isToken, trimEnd } from './chars.ts';

const NONE: readonly Diagnostic[] = [];

/** The findings of the parse itself: start line, line ends, header lines that are none. A clean message costs nothing. */
export function parseDiagnostics(
  source: Source,
  scan: Scan,
  startLine: ScannedStartLine,
): readonly Diagnostic[] {
  if ((scan.anomalies & ~ANOMALY.folded) === 0 && startLine.problem === undefined) return NONE;
  const found: Diagnostic[] = [];
  if (scan.anomalies & ANOMALY.leadingEmptyLines) {
    found.push({
      severity: 'info',
      code: 'empty-lines-before-start-line',
      message: 'Empty lines stand before the start line; they are skipped.',
      rfc: 'RFC 3261 §7.5',
      span: { start: 0, end: scan.startLineStart },
    });
  }
  if (startLine.problem !== undefined) {
    found.push({
      severity: 'error',
      code: startLine.line.kind === 'invalid' ? 'start-line-invalid' : 'start-line-malformed',
      message: startLine.problem,
      rfc: startLine.line.kind === 'response' ? 'RFC 3261 §7.2' : 'RFC 3261 §7.1',
      span: { start: scan.startLineStart, end: scan.startLineEnd },
    });
  }
  if (scan.anomalies & ANOMALY.badHeaderLine) found.push(...badHeaderLines(source.bytes, scan));
  if (scan.anomalies & ANOMALY.bareLf) {
    found.push({
      severity: 'warning',
      code: 'line-end-without-cr',
      message: 'A line ends with LF alone; the line end is CRLF.',
      rfc: 'RFC 3261 §7',
      span: bareLf(source.text, scan),
    });
  }
  if (scan.anomalies & ANOMALY.noBlankLine) {
    found.push({
      severity: 'error',
      code: 'no-blank-line',
      message: 'The empty line that ends the header fields is missing.',
      rfc: 'RFC 3261 §7',
      span: { start: scan.bodyStart, end: scan.bodyStart },
    });
  }
  return found;
}

function badHeaderLines(bytes: Uint8Array, { index }: Scan): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (let at = 0; at + 1 < index.length; at += INDEX_STRIDE) {
    const start = index[at] ?? 0;
    const offset = packedValueOffset(index[at + 1] ?? 0);
    const nameEnd = offset === 0 ? start : trimEnd(bytes, start, start + offset - 1);
    if (isToken(bytes, start, nameEnd)) continue;
    found.push({
      severity: 'error',
      code: offset === 0 ? 'header-without-colon' : 'header-name-not-a-token',
      message:
        offset === 0 ? 'This header line has no colon.' : 'The name of this header field is not a token.',
      rfc: 'RFC 3261 §7.3.1',
      span: { start, end: lineEndBefore(bytes, start, index[at + INDEX_STRIDE] ?? start) },
    });
  }
  return found;
}

/** The first line end in start line or headers that lacks its CR. */
function bareLf(text: string, scan: Scan): Span {
  let at = text.indexOf('\n', scan.startLineStart);
  while (at >= 0 && at < scan.bodyStart && text.charAt(at - 1) === '\r') at = text.indexOf('\n', at + 1);
  return { start: at, end: at + 1 };
}
