import type { ComparedRow } from './compared-row.ts';
import { align } from './align.ts';

type Segments = NonNullable<ComparedRow['a']>;

/** Words with what hosts, numbers and tokens are made of, white space, and single signs. */
const TOKENS = /[\p{L}\p{N}_.%+~!*'`-]+|\s+|./gsu;

const tokensOf = (text: string): string[] => text.match(TOKENS) ?? [];

/** A whole value, changed or not. */
export const wholly = (text: string, isChanged: boolean): Segments =>
  text === '' ? [] : [{ text, isChanged }];

/** Both values cut into what they share and what they do not. */
export function segmentsOf(a: string, b: string): { readonly a: Segments; readonly b: Segments } {
  const pairs = align(tokensOf(a), tokensOf(b), (x, y) => (x === y ? 1 : 0));
  const side = (key: 'a' | 'b'): Segments => {
    const segments: Segments = [];
    for (const pair of pairs) {
      const text = pair[key];
      if (text === undefined) continue;
      const isChanged = pair.a === undefined || pair.b === undefined;
      const last = segments.at(-1);
      if (last?.isChanged === isChanged) last.text += text;
      else segments.push({ text, isChanged });
    }
    return bridge(segments);
  };
  return { a: side('a'), b: side('b') };
}

/** White space between two changed pieces is part of the change: one mark reads better than three. */
function bridge(segments: Segments): Segments {
  const joined: Segments = [];
  segments.forEach((segment, i) => {
    const isBridge = /^\s+$/.test(segment.text) && segments[i - 1]?.isChanged && segments[i + 1]?.isChanged;
    const isChanged = segment.isChanged || isBridge === true;
    const last = joined.at(-1);
    if (last?.isChanged === isChanged) last.text += segment.text;
    else joined.push({ text: segment.text, isChanged });
  });
  return joined;
}

/** Of longer values only the beginning and the end are compared to tell how alike they are. */
const MAX_TOKENIZED = 600;

/** Characters both begin or end with. */
function commonEnds(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  let head = 0;
  while (head < shorter && a[head] === b[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail += 1;
  return head + tail;
}

/** The share of the longer value that both have, 0 to 1. */
export function similarity(a: string, b: string): number {
  if (a === b) return 1;
  const longer = Math.max(a.length, b.length);
  if (longer > MAX_TOKENIZED) return Math.min(0.99, commonEnds(a, b) / longer);
  const [tokens, others] = [tokensOf(a), tokensOf(b)];
  const shared = align(tokens, others, (x, y) => (x === y ? 1 : 0)).reduce(
    (sum, pair) => sum + (pair.a !== undefined && pair.b !== undefined ? pair.a.length : 0),
    0,
  );
  return Math.min(0.99, shared / longer);
}
