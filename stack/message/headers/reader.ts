import {
  BACKSLASH,
  COMMA,
  EQUALS,
  GREATER,
  LEFT_PAREN,
  LESS,
  QUOTE,
  RIGHT_PAREN,
  SEMICOLON,
  type Source,
  isLws,
  numberAt,
  skipDigits,
  skipLws,
  skipQuoted,
  skipToken,
  trimEnd,
  unfold,
  unquote,
} from '../chars.ts';
import { ParamScanner } from '../params.ts';

/** Parameters by their names in lower case; a quoted value is without its quotes, undefined stands for a parameter without a value. */
export type Params = ReadonlyMap<string, string | undefined>;

/**
 * Reads one header field value from left to right by the pieces of the grammar. Each method takes its piece and moves on, or takes nothing
 * and says so. White space and folds may stand around the separators, as the grammar of SIP has it.
 * @rfc 3261 §25.1
 */
export class Reader {
  readonly source: Source;
  /** Where the value begins. */
  readonly start: number;
  pos: number;
  readonly end: number;

  constructor(source: Source, start: number, end: number) {
    this.source = source;
    this.start = start;
    this.pos = start;
    this.end = end;
  }

  get isAtEnd(): boolean {
    return skipLws(this.source.bytes, this.pos, this.end) === this.end;
  }

  /** Takes white space; whether there was some. */
  space(): boolean {
    const from = this.pos;
    this.pos = skipLws(this.source.bytes, from, this.end);
    return this.pos > from;
  }

  /** Takes a sign and the white space around it; whether it was there. */
  sign(code: number): boolean {
    const at = skipLws(this.source.bytes, this.pos, this.end);
    if (at >= this.end || this.source.bytes[at] !== code) return false;
    this.pos = skipLws(this.source.bytes, at + 1, this.end);
    return true;
  }

  /** A token of at least one character. */
  token(): string | undefined {
    return this.#take(skipToken(this.source.bytes, this.pos, this.end));
  }

  /** A number of digits up to `limit`; larger ones and none are undefined. */
  number(limit = Number.MAX_SAFE_INTEGER): number | undefined {
    const from = this.pos;
    const to = skipDigits(this.source.bytes, from, this.end);
    if (to === from) return undefined;
    this.pos = to;
    const number = numberAt(this.source.bytes, from, to);
    return number <= limit ? number : undefined;
  }

  /** A quoted string without its quotes and escapes. */
  quoted(): string | undefined {
    const { bytes } = this.source;
    if (this.pos >= this.end || bytes[this.pos] !== QUOTE) return undefined;
    const close = skipQuoted(bytes, this.pos, this.end);
    const raw = close < 0 ? undefined : this.#take(close);
    return raw === undefined ? undefined : unquote(raw);
  }

  /** `<...>` without its brackets, white space inside and all. */
  bracketed(): string | undefined {
    const { bytes } = this.source;
    if (this.pos >= this.end || bytes[this.pos] !== LESS) return undefined;
    let close = this.pos + 1;
    while (close < this.end && bytes[close] !== GREATER) close++;
    if (close === this.end) return undefined;
    return this.#take(close + 1)?.slice(1, -1);
  }

  /** A comment without its outer parentheses; comments may stand in comments. */
  comment(): string | undefined {
    const { bytes } = this.source;
    if (this.pos >= this.end || bytes[this.pos] !== LEFT_PAREN) return undefined;
    let depth = 0;
    for (let at = this.pos; at < this.end; at++) {
      const code = bytes[at];
      if (code === BACKSLASH) at++;
      else if (code === LEFT_PAREN) depth++;
      else if (code === RIGHT_PAREN && --depth === 0) {
        const raw = this.#take(at + 1);
        return raw === undefined ? undefined : unquote(raw);
      }
    }
    return undefined;
  }

  /** What stands before the next semicolon, comma or white space: a word with signs in it. Never empty. */
  word(): string | undefined {
    const { bytes } = this.source;
    let at = this.pos;
    for (; at < this.end; at++) {
      const code = bytes[at] ?? 0;
      if (code === SEMICOLON || code === COMMA || isLws(code)) break;
    }
    return this.#take(at);
  }

  /** The rest without white space around it, folds undone. */
  rest(): string {
    const from = this.pos;
    this.pos = this.end;
    return unfold(this.source, from, this.end);
  }

  /** `;name=value` pieces up to the end; undefined when something else stands there. Of equal names the first counts. */
  params(): Params | undefined {
    const scanner = new ParamScanner(this.source, this.pos, this.end);
    const params = new Map<string, string | undefined>();
    while (scanner.next()) {
      const { name } = scanner;
      if (!params.has(name)) params.set(name, scanner.value);
    }
    this.pos = scanner.pos;
    return scanner.problem === undefined && this.isAtEnd ? params : undefined;
  }

  /** `name=value` with a token or quoted string for a value, the name in lower case. */
  pair(): readonly [name: string, value: string] | undefined {
    const name = this.token();
    if (name === undefined || !this.sign(EQUALS)) return undefined;
    const value = this.quoted() ?? this.token();
    return value === undefined ? undefined : [name.toLowerCase(), value];
  }

  #take(to: number): string | undefined {
    if (to === this.pos) return undefined;
    const piece = this.source.text.substring(this.pos, to);
    this.pos = to;
    return piece;
  }
}

/** Cuts [start, end) at commas outside quotes and angle brackets; elements are trimmed, empty ones left out. @rfc 3261 §7.3.1 */
export function splitList(
  { bytes }: Source,
  start: number,
  end: number,
  take: (start: number, end: number) => void,
): void {
  let from = start;
  for (let at = start; at <= end; at++) {
    const code = at < end ? bytes[at] : COMMA;
    if (code === QUOTE) {
      const close = skipQuoted(bytes, at, end);
      at = close < 0 ? end - 1 : close - 1;
    } else if (code === LESS) {
      while (at + 1 < end && bytes[at] !== GREATER) at++;
    } else if (code === COMMA) {
      const first = skipLws(bytes, from, at);
      const last = trimEnd(bytes, first, at);
      if (last > first) take(first, last);
      from = at + 1;
    }
  }
}
