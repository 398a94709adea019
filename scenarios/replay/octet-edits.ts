/** Octets [start, end) of a message that something else takes the place of. */
export interface OctetEdit {
  readonly start: number;
  readonly end: number;
  /** Octet text. */
  readonly text: string;
}

/** The text with its edits; of two that overlap the first one given counts. */
export function edited(text: string, edits: readonly OctetEdit[]): string {
  const kept: OctetEdit[] = [];
  for (const edit of edits)
    if (!kept.some(({ start, end }) => edit.start < end && start < edit.end)) kept.push(edit);
  kept.sort((a, b) => a.start - b.start || a.end - b.end);
  let out = '';
  let at = 0;
  for (const { start, end, text: with_ } of kept) {
    out += text.slice(at, start) + with_;
    at = end;
  }
  return out + text.slice(at);
}
