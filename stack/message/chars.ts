/*
 * Character classes of RFC 3261 §25.1 over octet text, and the few scans every header parser shares.
 * White space is always LWS: space, tab and the line ends of a fold, which inside a header value can be nothing else.
 */

export const TAB = 0x09;
export const LF = 0x0a;
export const CR = 0x0d;
export const SP = 0x20;
export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const SLASH = 0x2f;
export const COLON = 0x3a;
export const SEMICOLON = 0x3b;
export const LESS = 0x3c;
export const EQUALS = 0x3d;
export const GREATER = 0x3e;
export const AT = 0x40;
export const LEFT_BRACKET = 0x5b;
export const BACKSLASH = 0x5c;
export const RIGHT_BRACKET = 0x5d;

const TOKEN = 1;
const LWS = 2;
const DIGIT = 4;
const HOST = 8;
const HEX = 16;

const CLASSES = new Uint8Array(256);

function addClass(characters: string, bit: number): void {
  for (let at = 0; at < characters.length; at++) {
    const code = characters.charCodeAt(at);
    CLASSES[code] = (CLASSES[code] ?? 0) | bit;
  }
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
addClass(`${LETTERS}${DIGITS}-.!%*_+\`'~`, TOKEN);
addClass(' \t\r\n', LWS);
addClass(DIGITS, DIGIT);
addClass(`${LETTERS}${DIGITS}-._`, HOST);
addClass(`${DIGITS}abcdefABCDEF`, HEX);

/** @rfc 3261 §25.1 (token) */
export function isTokenChar(code: number): boolean {
  return ((CLASSES[code] ?? 0) & TOKEN) !== 0;
}

export function isLws(code: number): boolean {
  return ((CLASSES[code] ?? 0) & LWS) !== 0;
}

export function isDigit(code: number): boolean {
  return ((CLASSES[code] ?? 0) & DIGIT) !== 0;
}

/** A character of a host name; the underscore is in no RFC and in many networks. */
export function isHostChar(code: number): boolean {
  return ((CLASSES[code] ?? 0) & HOST) !== 0;
}

export function isHex(code: number): boolean {
  return ((CLASSES[code] ?? 0) & HEX) !== 0;
}

/** First position at or after `pos` that is no white space. */
export function skipLws(text: string, pos: number, end: number): number {
  while (pos < end && isLws(text.charCodeAt(pos))) pos++;
  return pos;
}

/** End of [start, end) without white space behind. */
export function trimEnd(text: string, start: number, end: number): number {
  while (end > start && isLws(text.charCodeAt(end - 1))) end--;
  return end;
}

/** First position at or after `pos` that is no token character. */
export function skipToken(text: string, pos: number, end: number): number {
  while (pos < end && isTokenChar(text.charCodeAt(pos))) pos++;
  return pos;
}

export function skipDigits(text: string, pos: number, end: number): number {
  while (pos < end && isDigit(text.charCodeAt(pos))) pos++;
  return pos;
}

/** Whether [start, end) is a token of at least one character. */
export function isToken(text: string, start = 0, end = text.length): boolean {
  return start < end && skipToken(text, start, end) === end;
}

/**
 * Position behind the closing quote of the quoted string that opens at `pos`, or -1 when it never closes.
 * @rfc 3261 §25.1 (quoted-string)
 */
export function skipQuoted(text: string, pos: number, end: number): number {
  for (let at = pos + 1; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    if (code === BACKSLASH) at++;
  }
  return -1;
}

/** Whether [start, end) equals `lower`, a word in lower case, whatever its case. */
export function isWord(text: string, start: number, end: number, lower: string): boolean {
  if (end - start !== lower.length) return false;
  for (let at = 0; at < lower.length; at++) {
    if ((text.charCodeAt(start + at) | 0x20) !== lower.charCodeAt(at)) return false;
  }
  return true;
}

/** [start, end) without surrounding white space, each fold replaced by one space. @rfc 3261 §7.3.1 */
export function unfold(text: string, start: number, end: number): string {
  const from = skipLws(text, start, end);
  const raw = text.substring(from, trimEnd(text, from, end));
  if (!raw.includes('\n')) return raw;
  return raw
    .split('\n')
    .map((line) => {
      const at = skipLws(line, 0, line.length);
      return line.substring(at, trimEnd(line, at, line.length));
    })
    .filter((line) => line !== '')
    .join(' ');
}

/** The meaning of a quoted string: without its quotes, escapes and folds. */
export function unquote(quoted: string): string {
  const inner = quoted.substring(1, quoted.length - 1);
  if (!inner.includes('\\') && !inner.includes('\n')) return inner;
  let plain = '';
  for (let at = 0; at < inner.length; at++) {
    const code = inner.charCodeAt(at);
    if (code === CR || code === LF) {
      at = skipLws(inner, at, inner.length) - 1;
      plain += ' ';
    } else {
      if (code === BACKSLASH && at + 1 < inner.length) at++;
      plain += inner.charAt(at);
    }
  }
  return plain;
}
