import { type HeaderName, headerId } from '../header-names.ts';
import type { SipMessage, Span } from '../message.ts';
import { type ParsedMessage, lazy } from '../parsed-message.ts';
import { INDEX_STRIDE } from '../scan.ts';
import { type Params, Reader, splitList } from './reader.ts';

/** Reads one value; undefined when it is malformed. What it leaves unread makes the value malformed too. */
export type Parse<T> = (reader: Reader) => T | undefined;

function whole<T>(message: ParsedMessage, start: number, end: number, parse: Parse<T>): T | undefined {
  const reader = new Reader(message, start, end);
  const value = parse(reader);
  return reader.isAtEnd ? value : undefined;
}

/** Accessor of a header field with one value: that of its first line, undefined when absent or malformed. */
export function one<T>(name: HeaderName, parse: Parse<T>): (message: SipMessage) => T | undefined {
  const id = headerId(name);
  return lazy((message) => {
    const at = message.find(id);
    return at < 0 ? undefined : whole(message, message.valueStart(at), message.valueEnd(at), parse);
  });
}

/** Accessor of a header field that is a list: the elements of all its lines in order, the malformed ones left out. */
export function each<T>(name: HeaderName, parse: Parse<T>): (message: SipMessage) => readonly T[] {
  const id = headerId(name);
  return lazy((message) => {
    const values: T[] = [];
    for (let at = message.find(id); at >= 0; at = message.find(id, at + INDEX_STRIDE)) {
      splitList(message, message.valueStart(at), message.valueEnd(at), (start, end) => {
        const value = whole(message, start, end, parse);
        if (value !== undefined) values.push(value);
      });
    }
    return values;
  });
}

/** Accessor of a header field whose commas belong to the value: what `parse` finds in each line, in order. */
export function lines<T>(
  name: HeaderName,
  parse: (reader: Reader) => readonly T[],
): (message: SipMessage) => readonly T[] {
  const id = headerId(name);
  return lazy((message) => {
    const values: T[] = [];
    for (let at = message.find(id); at >= 0; at = message.find(id, at + INDEX_STRIDE))
      values.push(...parse(new Reader(message, message.valueStart(at), message.valueEnd(at))));
    return values;
  });
}

/** A token with parameters. */
export interface Parameterised {
  /** The token in lower case. */
  readonly value: string;
  readonly params: Params;
  readonly span: Span;
}

/** `token *( ";" generic-param )`. @rfc 3261 §25.1 */
export function tokenWithParams(reader: Reader): Parameterised | undefined {
  const value = reader.token();
  const params = reader.params();
  if (value === undefined || params === undefined) return undefined;
  return { value: value.toLowerCase(), params, span: { start: reader.start, end: reader.end } };
}

/** Largest delta-seconds. @rfc 3261 §20.19 */
export const MAX_DELTA = 2 ** 32 - 1;

/** A parameter that is a number of seconds; undefined when absent or no such number. More than 2^32-1 counts as that. */
export function seconds(params: Params, name: string): number | undefined {
  const text = params.get(name);
  return text !== undefined && /^\d+$/.test(text) ? Math.min(Number(text), MAX_DELTA) : undefined;
}

const QUALITY = /^(0(\.\d{0,3})?|1(\.0{0,3})?)$/;

/** The `q` parameter, 1 when absent; undefined when malformed. @rfc 3261 §25.1 (qvalue) */
export function qualityOf(params: Params): number | undefined {
  if (!params.has('q')) return 1;
  const text = params.get('q') ?? '';
  return QUALITY.test(text) ? Number(text) : undefined;
}
