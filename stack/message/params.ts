import {
  COMMA,
  EQUALS,
  QUOTE,
  SEMICOLON,
  type Source,
  isWord,
  quote,
  skipLws,
  skipQuoted,
  skipToken,
  trimEnd,
  unquote,
} from './chars.ts';

/**
 * Walks over `;name=value` parameters of a header value in place; white space and folds may stand around every sign.
 * After `next()` returned true the offsets tell where the parameter is.
 * @rfc 3261 §25.1 (generic-param)
 */
export class ParamScanner {
  readonly source: Source;
  readonly #bytes: Uint8Array;
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

  constructor(source: Source, pos: number, end: number) {
    this.source = source;
    this.#bytes = source.bytes;
    this.pos = pos;
    this.end = end;
  }

  /** Moves to the next parameter; false at the end of the value or at a comma. */
  next(): boolean {
    const bytes = this.#bytes;
    const { end } = this;
    let pos = skipLws(bytes, this.pos, end);
    while (pos < end) {
      const code = bytes[pos];
      if (code === SEMICOLON) {
        const nameStart = skipLws(bytes, pos + 1, end);
        pos = skipToken(bytes, nameStart, end);
        if (pos > nameStart) {
          this.nameStart = nameStart;
          this.nameEnd = pos;
          pos = skipLws(bytes, pos, end);
          this.valueStart = -1;
          this.valueEnd = -1;
          this.pos = bytes[pos] === EQUALS && pos < end ? this.#value(skipLws(bytes, pos + 1, end)) : pos;
          return true;
        }
        this.problem ??= 'A parameter has no name.';
      } else if (code === COMMA) {
        break;
      } else {
        this.problem ??= 'Something other than a parameter stands here.';
        pos = this.#skipJunk(pos);
      }
    }
    this.pos = pos;
    return false;
  }

  /** Whether the parameter has this name. */
  is(lower: Uint8Array): boolean {
    return isWord(this.#bytes, this.nameStart, this.nameEnd, lower);
  }

  /** The name in lower case. */
  get name(): string {
    return this.source.text.substring(this.nameStart, this.nameEnd).toLowerCase();
  }

  /** The value, a quoted one without its quotes. */
  get value(): string | undefined {
    if (this.valueStart < 0) return undefined;
    return paramText(this.source, this.valueStart, this.valueEnd);
  }

  /** Takes the value at `start` and returns the position behind it. */
  #value(start: number): number {
    const bytes = this.#bytes;
    const { end } = this;
    this.valueStart = start;
    if (bytes[start] === QUOTE && start < end) {
      const close = skipQuoted(bytes, start, end);
      if (close < 0) this.problem ??= 'A quoted string is not closed.';
      return (this.valueEnd = close < 0 ? end : close);
    }
    let pos = start;
    for (; pos < end; pos++) {
      const code = bytes[pos];
      if (code === SEMICOLON || code === COMMA || code === QUOTE) break;
    }
    this.valueEnd = trimEnd(bytes, start, pos);
    if (this.valueEnd === start) this.problem ??= 'A parameter has an equals sign but no value.';
    return pos;
  }

  /** Position of the next semicolon or comma outside quotes. */
  #skipJunk(pos: number): number {
    const { end } = this;
    const bytes = this.#bytes;
    for (let at = pos; at < end; at++) {
      const code = bytes[at];
      if (code === SEMICOLON || code === COMMA) return at;
      if (code === QUOTE) {
        const close = skipQuoted(bytes, at, end);
        if (close < 0) return end;
        at = close - 1;
      }
    }
    return end;
  }
}

/** A parameter value, a quoted one without its quotes. */
export function paramText({ bytes, text }: Source, start: number, end: number): string {
  const raw = text.substring(start, end);
  return bytes[start] === QUOTE ? unquote(raw) : raw;
}

/** All parameters from `pos` on, names in lower case; of equal names the first counts. */
export function readParams(
  source: Source,
  pos: number,
  end: number,
): ReadonlyMap<string, string | undefined> {
  const scanner = new ParamScanner(source, pos, end);
  const params = new Map<string, string | undefined>();
  while (scanner.next()) {
    const { name } = scanner;
    if (!params.has(name)) params.set(name, scanner.value);
  }
  return params;
}

/** `;name=value` as it is written: a value that is neither token nor address comes in quotes. @rfc 3261 §25.1 (generic-param) */
export function formatParam(name: string, value: string | undefined): string {
  if (value === undefined) return `;${name}`;
  return /^[\w.!%*+`'~:[\]-]+$/.test(value) ? `;${name}=${value}` : `;${name}=${quote(value)}`;
}
