import {
  COMMA,
  EQUALS,
  QUOTE,
  SEMICOLON,
  isWord,
  skipLws,
  skipQuoted,
  skipToken,
  trimEnd,
  unfold,
  unquote,
} from './chars.ts';

/**
 * Walks over `;name=value` parameters of a header value in place; white space and folds may stand around every sign.
 * After `next()` returned true the offsets tell where the parameter is.
 * @rfc 3261 §25.1 (generic-param)
 */
export class ParamScanner {
  readonly text: string;
  readonly end: number;
  /** Where the scan stands: at the end, or at the comma that ends this element of a list. */
  pos: number;
  nameStart = 0;
  nameEnd = 0;
  /** -1 when the parameter has no value. */
  valueStart = -1;
  valueEnd = -1;
  /** What was wrong so far, in one sentence. */
  problem: string | undefined = undefined;

  constructor(text: string, pos: number, end: number) {
    this.text = text;
    this.pos = pos;
    this.end = end;
  }

  /** Moves to the next parameter; false at the end of the value or at a comma. */
  next(): boolean {
    const { text, end } = this;
    let pos = skipLws(text, this.pos, end);
    for (;;) {
      if (pos >= end || text.charCodeAt(pos) === COMMA) {
        this.pos = pos;
        return false;
      }
      if (text.charCodeAt(pos) === SEMICOLON) {
        const nameStart = skipLws(text, pos + 1, end);
        const nameEnd = skipToken(text, nameStart, end);
        if (nameEnd > nameStart) {
          this.nameStart = nameStart;
          this.nameEnd = nameEnd;
          this.#value(skipLws(text, nameEnd, end));
          return true;
        }
        this.problem ??= 'A parameter has no name.';
        pos = nameStart;
      } else {
        this.problem ??= 'Something other than a parameter stands here.';
        pos = this.#skipJunk(pos);
      }
    }
  }

  /** Whether the parameter has this name (given in lower case). */
  is(lower: string): boolean {
    return isWord(this.text, this.nameStart, this.nameEnd, lower);
  }

  /** The name in lower case. */
  get name(): string {
    return this.text.substring(this.nameStart, this.nameEnd).toLowerCase();
  }

  /** The value, a quoted one without its quotes. */
  get value(): string | undefined {
    if (this.valueStart < 0) return undefined;
    const raw = this.text.substring(this.valueStart, this.valueEnd);
    return raw.charCodeAt(0) === QUOTE ? unquote(raw) : unfold(raw, 0, raw.length);
  }

  #value(pos: number): void {
    const { text, end } = this;
    this.pos = pos;
    this.valueStart = -1;
    this.valueEnd = -1;
    if (pos >= end || text.charCodeAt(pos) !== EQUALS) return;
    const start = skipLws(text, pos + 1, end);
    if (text.charCodeAt(start) === QUOTE && start < end) {
      const close = skipQuoted(text, start, end);
      if (close < 0) this.problem ??= 'A quoted string is not closed.';
      this.valueStart = start;
      this.valueEnd = close < 0 ? end : close;
      this.pos = this.valueEnd;
      return;
    }
    let at = start;
    for (; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code === SEMICOLON || code === COMMA || code === QUOTE) break;
    }
    this.valueStart = start;
    this.valueEnd = trimEnd(text, start, at);
    if (this.valueEnd === start) this.problem ??= 'A parameter has an equals sign but no value.';
    this.pos = at;
  }

  /** Position of the next semicolon or comma outside quotes. */
  #skipJunk(pos: number): number {
    const { text, end } = this;
    for (let at = pos; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code === SEMICOLON || code === COMMA) return at;
      if (code === QUOTE) {
        const close = skipQuoted(text, at, end);
        if (close < 0) return end;
        at = close - 1;
      }
    }
    return end;
  }
}

/** All parameters from `pos` on, names in lower case; of equal names the first counts. */
export function readParams(text: string, pos: number, end: number): ReadonlyMap<string, string | undefined> {
  const scanner = new ParamScanner(text, pos, end);
  const params = new Map<string, string | undefined>();
  while (scanner.next()) {
    const { name } = scanner;
    if (!params.has(name)) params.set(name, scanner.value);
  }
  return params;
}
