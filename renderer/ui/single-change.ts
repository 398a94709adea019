/** A replacement of one stretch of a text. */
export interface SingleChange {
  /** Offsets in the old text; the end is exclusive. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const isTrailing = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff;

/** The shortest single replacement that makes `after` of `before`, undefined when they are equal; never cuts a surrogate pair. */
export function singleChange(before: string, after: string): SingleChange | undefined {
  if (before === after) return undefined;
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  if (start > 0 && (isTrailing(before.charCodeAt(start)) || isTrailing(after.charCodeAt(start)))) start -= 1;
  let same = 0;
  while (
    same < shorter - start &&
    before.charCodeAt(before.length - 1 - same) === after.charCodeAt(after.length - 1 - same)
  )
    same += 1;
  if (same > 0 && isTrailing(before.charCodeAt(before.length - same))) same -= 1;
  return { start, end: before.length - same, text: after.slice(start, after.length - same) };
}
