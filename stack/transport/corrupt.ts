import { octetText, toBytes } from '../message/octets.ts';

/** What a corrupted message gets wrong. */
export type Corruption = 'content-length' | 'branch' | 'start-line' | 'call-id' | 'octet';

/** Octets more than there are, which a corrupted Content-Length promises. */
const PROMISED = 10;

type Corrupt = (text: string, chance: () => number) => string | undefined;

const CORRUPT: Readonly<Record<Corruption, Corrupt>> = {
  'content-length': (text) =>
    replaced(text, /^((?:Content-Length|l)[ \t]*:[ \t]*)(\d+)/im, (head, length) =>
      String(head + String(Number(length) + PROMISED)),
    ),
  branch: (text) => replaced(text, /(;[ \t]*branch=[^;,\s]*)([^;,\s])/i, (head, last) => head + other(last)),
  'start-line': (text) => replaced(text, /^([^\r\n]*?SIP\/)(2\.0)/, (head) => `${head}7.0`),
  'call-id': (text) =>
    replaced(text, /^((?:Call-ID|i)[ \t]*:[ \t]*)(\S)/im, (head, first) => head + other(first)),
  octet: (text, chance) => {
    if (text === '') return undefined;
    const at = Math.floor(chance() * text.length);
    const flipped = text.charCodeAt(at) ^ (1 + Math.floor(chance() * 255));
    return text.slice(0, at) + String.fromCharCode(flipped) + text.slice(at + 1);
  },
};

/**
 * The message with one thing wrong: the length of the body 10 octets too large, the last character of the topmost branch or the first of the
 * Call-ID another, version 7.0, or any one octet another.
 * @returns undefined when the message has no such thing.
 */
export function corrupted(
  bytes: Uint8Array,
  corruption: Corruption,
  chance: () => number,
): Uint8Array | undefined {
  const text = CORRUPT[corruption](octetText(bytes), chance);
  return text === undefined ? undefined : toBytes(text);
}

/** What comes before the body has the first match of each of these. */
function replaced(
  text: string,
  pattern: RegExp,
  change: (head: string, value: string) => string,
): string | undefined {
  const end = text.indexOf('\r\n\r\n');
  const head = end < 0 ? text : text.slice(0, end);
  const match = pattern.exec(head);
  if (match === null) return undefined;
  const [whole, before = '', value = ''] = match;
  return text.slice(0, match.index) + change(before, value) + text.slice(match.index + whole.length);
}

/** A character of a token that is another one. */
function other(character: string): string {
  return character === 'x' ? 'y' : 'x';
}
