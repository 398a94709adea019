import { COMMA, LESS, QUOTE, SEMICOLON, SP, GREATER, skipQuoted, sourceOf } from './chars.ts';
import type { DraftHeader, RequestDraft, ResponseDraft } from './draft.ts';
import { COMPACT_NAMES, canonicalName } from './header-names.ts';

/* The same message written in other ways the grammar allows: what a peer must understand. */

const LETTERS = new Map<string, string>(
  Object.entries(COMPACT_NAMES).map(([letter, name]) => [name, letter]),
);
/** Header fields whose spaces are no white space to the grammar. */
const UNFOLDABLE: ReadonlySet<string> = new Set(['Date', 'Call-ID', 'In-Reply-To']);

function withHeaders<T extends RequestDraft | ResponseDraft>(
  draft: T,
  form: (header: DraftHeader) => DraftHeader,
): T {
  return { ...draft, headers: draft.headers.map(form) };
}

/** A draft with the one-letter name of every header field that has one. @rfc 3261 §7.3.3 */
export function compacted<T extends RequestDraft | ResponseDraft>(draft: T): T {
  return withHeaders(draft, ([name, value]) => [LETTERS.get(canonicalName(name)) ?? name, value]);
}

/** A draft with a fold wherever white space may stand in a header field. @rfc 3261 §7.3.1 */
export function folded<T extends RequestDraft | ResponseDraft>(draft: T): T {
  return withHeaders(draft, ([name, value]) =>
    name === '' || UNFOLDABLE.has(canonicalName(name)) ? [name, value] : [name, foldedValue(value)],
  );
}

function foldedValue(value: string): string {
  const { bytes } = sourceOf(value);
  let text = '';
  let from = 0;
  let isBracketed = false;
  for (let at = 0; at < bytes.length; at++) {
    const code = bytes[at];
    if (code === QUOTE) {
      const close = skipQuoted(bytes, at, bytes.length);
      if (close < 0) break;
      at = close - 1;
    } else if (code === LESS) isBracketed = true;
    else if (code === GREATER) isBracketed = false;
    else if (!isBracketed && (code === SP || code === COMMA || code === SEMICOLON) && bytes[at + 1] !== SP) {
      text += `${value.substring(from, code === SP ? at : at + 1)}\r\n `;
      from = at + 1;
    }
  }
  return text + value.substring(from);
}
