/** Names of characters that must be seen and never be applied. */
const NAMES: Readonly<Record<number, string>> = {
  0x00: 'NUL',
  0x07: 'BEL',
  0x08: 'BS',
  0x09: 'TAB',
  0x0a: 'LF',
  0x0b: 'VT',
  0x0c: 'FF',
  0x0d: 'CR',
  0x1b: 'ESC',
  0x7f: 'DEL',
  0xa0: 'NBSP',
  0xad: 'SHY',
};

/** Ranges without a picture of their own: zero-width, direction control, separators, tags, fillers, private use. */
const INVISIBLE: readonly (readonly [number, number])[] = [
  [0x80, 0x9f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x2000, 0x200f],
  [0x2028, 0x202f],
  [0x205f, 0x206f],
  [0x3164, 0x3164],
  [0xd800, 0xf8ff],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffc],
  [0xe0000, 0x10ffff],
];

const DIRECTION: readonly (readonly [number, number])[] = [
  [0x61c, 0x61c],
  [0x200e, 0x200f],
  [0x202a, 0x202e],
  [0x2066, 0x2069],
];

const isIn = (ranges: readonly (readonly [number, number])[], code: number): boolean =>
  ranges.some(([from, to]) => code >= from && code <= to);

const codePoint = (code: number): string => `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;

/**
 * The name to box a character by, when it cannot be shown as itself: `NUL`, `TAB`, `U+202E`.
 * @returns undefined for every character that may stand as it is.
 */
export function nameOfOddCharacter(code: number): string | undefined {
  if (code >= 0x20 && code < 0x7f) return undefined;
  const name = NAMES[code];
  if (name !== undefined) return name;
  if (code < 0x20 || isIn(INVISIBLE, code)) return codePoint(code);
  return undefined;
}

/** One sentence on a boxed character, for its tooltip. */
export function describeOddCharacter(code: number): string {
  if (isIn(DIRECTION, code)) return `${codePoint(code)}: direction control, shown and not applied`;
  return `${codePoint(code)}: shown by name because it has no picture`;
}

const LATIN = /[A-Za-z]/;
/** Letters of Cyrillic, Greek and Armenian, and full-width Latin: the scripts lookalikes of Latin come from. */
const LOOKALIKE = /[\u0370-\u03ff\u0400-\u058f\uff21-\uff3a\uff41-\uff5a]/u;
const WORDS = /[\p{L}\p{N}_-]+/gu;

/**
 * Positions of letters that only pretend to be Latin: those of another script inside a word that also has Latin letters, as in a
 * domain with one Cyrillic "а".
 */
export function findLookalikes(text: string): ReadonlySet<number> {
  const found = new Set<number>();
  if (!LOOKALIKE.test(text)) return found;
  for (const word of text.matchAll(WORDS)) {
    if (!LATIN.test(word[0])) continue;
    for (let i = 0; i < word[0].length; i += 1) {
      if (LOOKALIKE.test(word[0].charAt(i))) found.add(word.index + i);
    }
  }
  return found;
}
