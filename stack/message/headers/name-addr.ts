import { EQUALS, GREATER, SEMICOLON, type Source, isTokenChar, isWord, skipLws } from '../chars.ts';
import { type HeaderName, headerId } from '../header-names.ts';
import type { SipMessage, Span } from '../message.ts';
import { HOT, type ParsedMessage, lazy } from '../parsed-message.ts';
import { INDEX_STRIDE } from '../scan.ts';
import { type NameAddr, type NameAddrValue, TAG, parseNameAddr } from './parse-name-addr.ts';

export type { NameAddr } from './parse-name-addr.ts';

/**
 * A single value that is parsed when more than its tag is asked for: matching dialogs and transactions needs the tag alone, and that stands
 * nearly always at the very end.
 */
class LateNameAddr implements NameAddr {
  readonly #source: Source;
  readonly #start: number;
  readonly #end: number;
  #value: NameAddrValue | undefined = undefined;

  constructor(source: Source, start: number, end: number) {
    this.#source = source;
    this.#start = start;
    this.#end = end;
  }

  get tag(): string | undefined {
    const { bytes, text } = this.#source;
    const end = this.#end;
    if (bytes[end - 1] === GREATER) return undefined;
    let start = end;
    while (start > this.#start && isTokenChar(bytes[start - 1] ?? 0)) start--;
    const isTag =
      start < end &&
      start - 6 > this.#start &&
      bytes[start - 1] === EQUALS &&
      isWord(bytes, start - 4, start - 1, TAG) &&
      bytes[start - 5] === SEMICOLON &&
      bytes[start - 6] === GREATER;
    return isTag ? text.substring(start, end) : this.#parsed.tag;
  }

  get displayName(): string | undefined {
    return this.#parsed.displayName;
  }

  get uri(): string {
    return this.#parsed.uri;
  }

  get params(): ReadonlyMap<string, string | undefined> {
    return this.#parsed.params;
  }

  get isWildcard(): boolean {
    return this.#parsed.isWildcard;
  }

  get text(): string {
    return this.#parsed.text;
  }

  get span(): Span {
    return this.#parsed.span;
  }

  get uriSpan(): Span {
    return this.#parsed.uriSpan;
  }

  get problem(): string | undefined {
    return this.#parsed.problem;
  }

  get #parsed(): NameAddrValue {
    return (this.#value ??= parseNameAddr(this.#source, this.#start, this.#end, false));
  }
}

/** Accessor of a header field that is one `name-addr` or `addr-spec`. */
export function nameAddr(name: HeaderName, hot?: number): (message: SipMessage) => NameAddr | undefined {
  const id = headerId(name);
  return lazy((message): NameAddr | undefined => {
    const at = message.find(id);
    return at < 0 ? undefined : new LateNameAddr(message, message.valueStart(at), message.valueEnd(at));
  }, hot);
}

/** Accessor of a header field that is a list of them. */
export function nameAddrs(name: HeaderName): (message: SipMessage) => readonly NameAddr[] {
  const id = headerId(name);
  return lazy((message) => readList(message, id));
}

function readList(message: ParsedMessage, id: number): readonly NameAddr[] {
  const values: NameAddr[] = [];
  for (let at = message.find(id); at >= 0; at = message.find(id, at + INDEX_STRIDE)) {
    const end = message.valueEnd(at);
    let pos = message.valueStart(at);
    while (pos < end) {
      const value = parseNameAddr(message, pos, end, true);
      values.push(value);
      pos = skipLws(message.bytes, value.end + 1, end);
    }
  }
  return values;
}

/** @rfc 3261 §20.20 */
export const fromHeader = nameAddr('From', HOT.from);
/** @rfc 3261 §20.39 */
export const toHeader = nameAddr('To', HOT.to);
/** All Contact values; `*` is one with `isWildcard`. @rfc 3261 §20.10 */
export const contacts = nameAddrs('Contact');
/** @rfc 3261 §20.34 */
export const routes = nameAddrs('Route');
/** @rfc 3261 §20.30 */
export const recordRoutes = nameAddrs('Record-Route');
/** @rfc 3261 §20.31 */
export const replyTo = nameAddr('Reply-To');
