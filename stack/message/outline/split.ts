import type { Span } from '../message.ts';

/** The range without white space (and folds) at its ends. */
export function trimmed(text: string, { start, end }: Span): Span {
  let from = start;
  let to = end;
  while (from < to && isSpace(text.charCodeAt(from))) from++;
  while (to > from && isSpace(text.charCodeAt(to - 1))) to--;
  return { start: from, end: to };
}

const isSpace = (code: number): boolean => code === 32 || code === 9 || code === 13 || code === 10;

/** Cuts a range at every separator outside of quoted strings and angle brackets; the pieces are trimmed, empty ones dropped. */
export function splitAt(text: string, range: Span, separator: string): readonly Span[] {
  const pieces: Span[] = [];
  let isQuoted = false;
  let isInBrackets = false;
  let from = range.start;
  const take = (to: number): void => {
    const piece = trimmed(text, { start: from, end: to });
    if (piece.end > piece.start) pieces.push(piece);
    from = to + 1;
  };
  for (let at = range.start; at < range.end; at++) {
    const c = text.charAt(at);
    if (isQuoted) {
      if (c === '\\') at++;
      else if (c === '"') isQuoted = false;
    } else if (c === '"') isQuoted = true;
    else if (c === '<') isInBrackets = true;
    else if (c === '>') isInBrackets = false;
    else if (c === separator && !isInBrackets) take(at);
  }
  take(range.end);
  return pieces;
}

/** Position of a character in a range, or -1; looks nowhere else, so that many ranges cost no more than their octets. */
export function find(text: string, { start, end }: Span, what: string): number {
  for (let at = start; at < end; at++) if (text.charAt(at) === what) return at;
  return -1;
}

/** Last position of a character in a range, or -1. */
export function findLast(text: string, { start, end }: Span, what: string): number {
  for (let at = end - 1; at >= start; at--) if (text.charAt(at) === what) return at;
  return -1;
}
