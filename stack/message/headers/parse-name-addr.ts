import {
  COMMA,
  GREATER,
  LESS,
  QUESTION,
  QUOTE,
  SEMICOLON,
  STAR,
  type Source,
  isLws,
  isTokenChar,
  skipLws,
  skipQuoted,
  trimEnd,
  unfold,
  unquote,
  word,
} from '../chars.ts';
import type { Span } from '../message.ts';
import { ParamScanner, readParams } from '../params.ts';

/** A `name-addr` or `addr-spec` with the parameters of its header. @rfc 3261 §20.10, §25.1 */
export interface NameAddr {
  /** Without quotes and escapes; absent when empty. */
  readonly displayName: string | undefined;
  /** What stands between `<` and `>`, or the bare URI, whose parameters belong to the header. */
  readonly uri: string;
  /** Parameters of the header, not of the URI; names in lower case. */
  readonly params: ReadonlyMap<string, string | undefined>;
  readonly tag: string | undefined;
  /** The `*` of `Contact: *`; then the URI is `*` too. */
  readonly isWildcard: boolean;
  /** As written. */
  readonly text: string;
  readonly span: Span;
  readonly uriSpan: Span;
  /** What is wrong with it, in one sentence; undefined when it is well formed. The URI itself is not looked into. */
  readonly problem: string | undefined;
}

export class NameAddrValue implements NameAddr {
  readonly source: Source;
  readonly start: number;
  end = 0;
  displayEnd = 0;
  uriStart = 0;
  uriEnd = 0;
  paramsStart = 0;
  tag: string | undefined = undefined;
  problem: string | undefined = undefined;
  #params: ReadonlyMap<string, string | undefined> | undefined = undefined;

  constructor(source: Source, start: number) {
    this.source = source;
    this.start = start;
  }

  get displayName(): string | undefined {
    const raw = unfold(this.source, this.start, this.displayEnd);
    if (raw === '') return undefined;
    if (raw.charCodeAt(0) !== QUOTE) return raw;
    const name = unquote(raw);
    return name === '' ? undefined : name;
  }

  get uri(): string {
    return this.source.text.substring(this.uriStart, this.uriEnd);
  }

  get uriSpan(): Span {
    return { start: this.uriStart, end: this.uriEnd };
  }

  get params(): ReadonlyMap<string, string | undefined> {
    return (this.#params ??= readParams(this.source, this.paramsStart, this.end));
  }

  get isWildcard(): boolean {
    return this.uriEnd === this.uriStart + 1 && this.source.bytes[this.uriStart] === STAR;
  }

  get text(): string {
    return this.source.text.substring(this.start, this.end);
  }

  get span(): Span {
    return { start: this.start, end: this.end };
  }
}

/**
 * Parses the value at `start`.
 * @param isList - a comma ends the value; in From and To it is an error.
 */
export function parseNameAddr(source: Source, start: number, end: number, isList: boolean): NameAddrValue {
  const { bytes } = source;
  const value = new NameAddrValue(source, start);
  value.displayEnd = start;
  let pos = start;
  if (bytes[pos] === QUOTE && pos < end) {
    const close = skipQuoted(bytes, pos, end);
    if (close < 0) value.problem = 'The quoted display name is not closed.';
    else pos = skipLws(bytes, close, end);
  }
  const open = findOpening(value, pos, end, isList);
  if (pos > start && open !== pos)
    value.problem ??= 'A quoted display name is not followed by a URI in angle brackets.';
  if (open < 0) pos = bareUri(value, pos, end, isList);
  else {
    value.displayEnd = open;
    pos = bracketedUri(value, open, end);
  }
  value.paramsStart = pos;
  const params = new ParamScanner(source, pos, end);
  while (params.next()) if (value.tag === undefined && params.is(TAG)) value.tag = params.value;
  value.problem ??= params.problem;
  value.end = params.pos;
  if (!isList && params.pos < end) {
    value.problem ??= 'There is more than one value.';
    value.end = end;
  }
  return value;
}

export const TAG = word('tag');

/** Position of the `<` that opens the URI, or -1 for a bare URI. */
function findOpening(value: NameAddrValue, start: number, end: number, isList: boolean): number {
  const { bytes } = value.source;
  for (let at = start; at < end; at++) {
    const code = bytes[at] ?? 0;
    if (code === LESS) return at;
    if (isTokenChar(code) || isLws(code)) continue;
    // A bare URI has a colon first; in a display name every sign outside quotes is wrong.
    const open = openingAfter(bytes, at, end, isList);
    if (open >= 0) value.problem ??= 'The display name contains signs that need quotes.';
    return open;
  }
  return -1;
}

/** A `<` before anything that would end a bare URI. */
function openingAfter(bytes: Uint8Array, start: number, end: number, isList: boolean): number {
  for (let at = start; at < end; at++) {
    const code = bytes[at];
    if (code === LESS) return at;
    if (code === SEMICOLON || (isList && code === COMMA)) return -1;
  }
  return -1;
}

function bracketedUri(value: NameAddrValue, open: number, end: number): number {
  const { bytes } = value.source;
  let close = open + 1;
  while (close < end && bytes[close] !== GREATER) close++;
  value.uriStart = skipLws(bytes, open + 1, close);
  value.uriEnd = trimEnd(bytes, value.uriStart, close);
  if (close === end) value.problem ??= 'The URI has no closing angle bracket.';
  else if (value.uriStart !== open + 1 || value.uriEnd !== close)
    value.problem ??= 'White space stands between the angle brackets and the URI.';
  return close === end ? end : close + 1;
}

function bareUri(value: NameAddrValue, start: number, end: number, isList: boolean): number {
  const { bytes } = value.source;
  let at = start;
  for (; at < end; at++) {
    const code = bytes[at];
    if (code === SEMICOLON || (isList && code === COMMA)) break;
  }
  value.uriStart = start;
  value.uriEnd = trimEnd(bytes, start, at);
  if (value.uriStart === value.uriEnd) value.problem ??= 'The URI is missing.';
  else value.problem ??= bareUriProblem(bytes, value.uriStart, value.uriEnd);
  return at;
}

function bareUriProblem(bytes: Uint8Array, start: number, end: number): string | undefined {
  for (let at = start; at < end; at++) {
    const code = bytes[at] ?? 0;
    if (code === QUESTION || code === COMMA)
      return 'A URI with a question mark or comma needs angle brackets.';
    if (code === GREATER) return 'A closing angle bracket has no opening one.';
    if (isLws(code)) return 'The URI contains white space.';
  }
  return undefined;
}
