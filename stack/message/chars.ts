import { toBytes } from './octets.ts';

/*
 * Character classes of RFC 3261 §25.1 over octet text, and the few scans every header parser shares.
 * White space is always LWS: space, tab and the line ends of a fold, which inside a header value can be nothing else.
 *
 * Scans look at octets, never at characters: reading a typed array is several times faster than asking a string.
 */

/** Octets together with their octet text: offsets into one are offsets into the other. */
export interface Source {
  readonly bytes: Uint8Array;
  readonly text: string;
}

/** A source made of octet text. */
export function sourceOf(text: string): Source {
  return { bytes: toBytes(text), text };
}

export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SP = 0x20;
export const QUOTE = 0x22;
export const LEFT_PAREN = 0x28;
export const RIGHT_PAREN = 0x29;
export const STAR = 0x2a;
export const COMMA = 0x2c;
export const DASH = 0x2d;
export const DOT = 0x2e;
export const SLASH = 0x2f;
export const COLON = 0x3a;
export const SEMICOLON = 0x3b;
export const LESS = 0x3c;
export const EQUALS = 0x3d;
export const GREATER = 0x3e;
export const QUESTION = 0x3f;
export const AT = 0x40;
export const LEFT_BRACKET = 0x5b;
export const BACKSLASH = 0x5c;
export const RIGHT_BRACKET = 0x5d;

/** A table that answers 1 for the octets of a class; comparing a table entry is what the hot scans do. */
function octetClass(characters: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const character of characters) table[character.charCodeAt(0)] = 1;
  return table;
}

const DIGITS = '0123456789';
const ALPHANUM = `ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz${DIGITS}`;
/** @rfc 3261 §25.1 (token) */
const TOKEN_CHARS = octetClass(`${ALPHANUM}-.!%*_+\`'~`);
const WHITE_CHARS = octetClass(' \t\r\n');
const DIGIT_CHARS = octetClass(DIGITS);
/** What host names consist of; the underscore is in no RFC and in many networks. */
const HOST_CHARS = octetClass(`${ALPHANUM}-._`);
const HEX_CHARS = octetClass(`${DIGITS}abcdefABCDEF`);

export function isTokenChar(code: number): boolean {
  return TOKEN_CHARS[code] === 1;
}

export function isLws(code: number): boolean {
  return WHITE_CHARS[code] === 1;
}

export function isDigit(code: number): boolean {
  return DIGIT_CHARS[code] === 1;
}

export function isHostChar(code: number): boolean {
  return HOST_CHARS[code] === 1;
}

export function isHex(code: number): boolean {
  return HEX_CHARS[code] === 1;
}

/** First position at or after `pos` that is no white space. */
export function skipLws(bytes: Uint8Array, pos: number, end: number): number {
  while (pos < end && WHITE_CHARS[bytes[pos] ?? 0] === 1) pos++;
  return pos;
}

/** End of [start, end) without white space behind. */
export function trimEnd(bytes: Uint8Array, start: number, end: number): number {
  while (end > start && WHITE_CHARS[bytes[end - 1] ?? 0] === 1) end--;
  return end;
}

/** First position at or after `pos` that is no token character. */
export function skipToken(bytes: Uint8Array, pos: number, end: number): number {
  while (pos < end && TOKEN_CHARS[bytes[pos] ?? 0] === 1) pos++;
  return pos;
}

export function skipDigits(bytes: Uint8Array, pos: number, end: number): number {
  while (pos < end && DIGIT_CHARS[bytes[pos] ?? 0] === 1) pos++;
  return pos;
}

export function skipHost(bytes: Uint8Array, pos: number, end: number): number {
  while (pos < end && HOST_CHARS[bytes[pos] ?? 0] === 1) pos++;
  return pos;
}

/** Whether [start, end) is a token of at least one character. */
export function isToken(bytes: Uint8Array, start: number, end: number): boolean {
  return start < end && skipToken(bytes, start, end) === end;
}

/** The number written at [start, end), which are digits. Inexact above 2^53. */
export function numberAt(bytes: Uint8Array, start: number, end: number): number {
  let number = 0;
  for (let at = start; at < end; at++) number = number * 10 + ((bytes[at] ?? 0) & 15);
  return number;
}

/**
 * Position behind the closing quote of the quoted string that opens at `pos`, or -1 when it never closes.
 * @rfc 3261 §25.1 (quoted-string)
 */
export function skipQuoted(bytes: Uint8Array, pos: number, end: number): number {
  for (let at = pos + 1; at < end; at++) {
    const code = bytes[at];
    if (code === QUOTE) return at + 1;
    if (code === BACKSLASH) at++;
  }
  return -1;
}

/** A word for {@link isWord}, given in lower case. */
export function word(lower: string): Uint8Array {
  return toBytes(lower);
}

/** Whether [start, end) equals `lower`, a word in lower case, whatever its case. */
export function isWord(bytes: Uint8Array, start: number, end: number, lower: Uint8Array): boolean {
  const length = lower.length;
  if (end - start !== length) return false;
  for (let at = 0; at < length; at++) {
    if (((bytes[start + at] ?? 0) | 0x20) !== lower[at]) return false;
  }
  return true;
}

/** [start, end) without surrounding white space, each fold replaced by one space. @rfc 3261 §7.3.1 */
export function unfold({ bytes, text }: Source, start: number, end: number): string {
  const from = skipLws(bytes, start, end);
  const raw = text.substring(from, trimEnd(bytes, from, end));
  if (!raw.includes('\n')) return raw;
  return raw
    .split('\n')
    .map(trimText)
    .filter((line) => line !== '')
    .join(' ');
}

/** Without surrounding white space; `String.trim` would take octets of UTF-8 with it. */
function trimText(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isLws(text.charCodeAt(start))) start++;
  while (end > start && isLws(text.charCodeAt(end - 1))) end--;
  return text.substring(start, end);
}

/** The meaning of a quoted string: without its quotes, escapes and folds. */
export function unquote(quoted: string): string {
  const inner = quoted.substring(1, quoted.length - 1);
  if (!inner.includes('\\') && !inner.includes('\n')) return inner;
  let plain = '';
  for (let at = 0; at < inner.length; at++) {
    const code = inner.charCodeAt(at);
    if (code === CR || code === LF) {
      while (isLws(inner.charCodeAt(at + 1))) at++;
      plain += ' ';
    } else {
      if (code === BACKSLASH && at + 1 < inner.length) at++;
      plain += inner.charAt(at);
    }
  }
  return plain;
}

/** A quoted string that means `plain`. @rfc 3261 §25.1 (quoted-string) */
export function quote(plain: string): string {
  return `"${plain.replace(/["\\]/g, '\\$&')}"`;
}
