import { sourceOf, trimEnd, unfold } from '../chars.ts';
import type { Span } from '../message.ts';

/** One header line of a body part. */
export interface EntityHeader {
  /** As written. */
  readonly name: string;
  /** Folds undone. */
  readonly value: string;
}

/** Header lines and what follows them. Offsets are those of the text they were read from. @rfc 2045 §3 */
export interface Entity {
  readonly headers: readonly EntityHeader[];
  readonly content: Span;
  /** Offset of the first line that is no header field; undefined when all are. */
  readonly badLine: number | undefined;
}

/** Value of the first header field of that name, given in lower case. */
export function entityHeader(headers: readonly EntityHeader[], lower: string): string | undefined {
  return headers.find(({ name }) => name.toLowerCase() === lower)?.value;
}

/** Reads header lines in [start, end) up to an empty line, which may be missing where nothing follows. */
export function readEntity(text: string, start: number, end: number): Entity {
  const headers: EntityHeader[] = [];
  let badLine: number | undefined;
  let pos = start;
  while (pos < end) {
    let next = lineAfter(text, pos, end);
    if (isEmptyLine(text, pos, next)) return { headers, content: { start: next, end }, badLine };
    while (next < end && (text.charAt(next) === ' ' || text.charAt(next) === '\t'))
      next = lineAfter(text, next, end);
    const line = sourceOf(text.substring(pos, next));
    const colon = line.text.indexOf(':');
    const nameEnd = trimEnd(line.bytes, 0, Math.max(colon, 0));
    if (nameEnd === 0) badLine ??= pos;
    else
      headers.push({
        name: line.text.substring(0, nameEnd),
        value: unfold(line, colon + 1, line.text.length),
      });
    pos = next;
  }
  return { headers, content: { start: end, end }, badLine };
}

/** Header lines and content as text. */
export function formatEntity(headers: readonly EntityHeader[], content: string): string {
  return `${headers.map(({ name, value }) => `${name}: ${value}\r\n`).join('')}\r\n${content}`;
}

/** Where the line after the one at `pos` begins. */
export function lineAfter(text: string, pos: number, end: number): number {
  const lf = text.indexOf('\n', pos);
  return lf < 0 || lf >= end ? end : lf + 1;
}

function isEmptyLine(text: string, pos: number, next: number): boolean {
  return next === pos + 1 ? text.charAt(pos) === '\n' : next === pos + 2 && text.startsWith('\r\n', pos);
}
