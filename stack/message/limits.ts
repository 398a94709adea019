import { DEFAULT_LIMITS, type LimitName, type Limits } from '../core/limits.ts';
import { QUOTE, SEMICOLON, type Source, skipQuoted } from './chars.ts';
import { type HeaderName, headerId } from './header-names.ts';
import { splitList } from './headers/reader.ts';
import type { SipMessage, Span } from './message.ts';
import { type ParsedMessage, asParsed } from './parsed-message.ts';
import { INDEX_STRIDE, packedId } from './scan.ts';

/** How large a message may be. */
export type MessageLimits = Pick<
  Limits,
  'headerBlockBytes' | 'headers' | 'bodyBytes' | 'params' | 'vias' | 'routes'
>;

/** A limit that a message exceeds. */
export interface LimitFinding {
  readonly limit: LimitName;
  /** In one sentence. */
  readonly message: string;
  readonly span: Span;
}

/** Header fields whose values have parameters; in others a semicolon may mean anything. */
const WITH_PARAMS: readonly HeaderName[] = [
  'Via',
  'From',
  'To',
  'Contact',
  'Route',
  'Record-Route',
  'Path',
  'Service-Route',
  'Content-Type',
];
const PARAM_IDS = new Set(WITH_PARAMS.map(headerId));
const ROUTE_NAMES: readonly HeaderName[] = ['Route', 'Record-Route', 'Path', 'Service-Route'];

/** Number of semicolons outside quotes: the parameters of a value and of its URI. */
function paramCount({ bytes }: Source, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at++) {
    if (bytes[at] === SEMICOLON) count++;
    else if (bytes[at] === QUOTE) {
      const close = skipQuoted(bytes, at, end);
      if (close < 0) return count;
      at = close - 1;
    }
  }
  return count;
}

/** Values of a header field, and where the first and the last one stand. */
function valuesOf(message: ParsedMessage, name: HeaderName): readonly Span[] {
  const id = headerId(name);
  const found: Span[] = [];
  for (let at = message.find(id); at >= 0; at = message.find(id, at + INDEX_STRIDE)) {
    splitList(message, message.valueStart(at), message.valueEnd(at), (start, end) =>
      found.push({ start, end }),
    );
  }
  return found;
}

/** The limits a message exceeds, each once. Defaults are those of the stack. */
export function limitFindings(
  message: SipMessage,
  limits: MessageLimits = DEFAULT_LIMITS,
): readonly LimitFinding[] {
  const parsed = asParsed(message);
  const { scan } = parsed;
  const found: LimitFinding[] = [];
  const head = { start: scan.startLineStart, end: scan.bodyStart };
  const block = head.end - head.start;
  if (block > limits.headerBlockBytes) {
    const text = `The header block has ${block} octets, the limit is ${limits.headerBlockBytes}.`;
    found.push({ limit: 'header-block', message: text, span: head });
  }
  const count = (scan.index.length - 1) / INDEX_STRIDE;
  if (count > limits.headers) {
    const text = `There are ${count} header fields, the limit is ${limits.headers}.`;
    found.push({ limit: 'header-count', message: text, span: head });
  }
  const body = message.body.end - message.body.start;
  if (body > limits.bodyBytes) {
    const text = `The body has ${body} octets, the limit is ${limits.bodyBytes}.`;
    found.push({ limit: 'body-size', message: text, span: message.body });
  }
  const vias = valuesOf(parsed, 'Via');
  const via = vias[limits.vias];
  if (via !== undefined) {
    const text = `There are ${vias.length} Via values, the limit is ${limits.vias}.`;
    found.push({ limit: 'via-count', message: text, span: via });
  }
  for (const name of ROUTE_NAMES) {
    const routes = valuesOf(parsed, name);
    const route = routes[limits.routes];
    if (route === undefined) continue;
    const text = `There are ${routes.length} ${name} values, the limit is ${limits.routes}.`;
    found.push({ limit: 'route-count', message: text, span: route });
  }
  const crowded = crowdedValue(parsed, limits.params);
  if (crowded !== undefined) {
    const text = `A value has more than ${limits.params} parameters.`;
    found.push({ limit: 'param-count', message: text, span: crowded });
  }
  return found;
}

/**
 * The first limit that a message exceeds. Nearly every message is seen to be within all of them by a few counts, without a look at its values.
 */
export function exceededLimit(
  message: SipMessage,
  limits: MessageLimits = DEFAULT_LIMITS,
): LimitFinding | undefined {
  const { text, scan, bytes } = asParsed(message);
  const headers = (scan.index.length - 1) / INDEX_STRIDE;
  const isSmall =
    bytes.length <= limits.headerBlockBytes &&
    bytes.length <= limits.bodyBytes &&
    headers <= limits.headers &&
    hasFewer(text, ';', limits.params) &&
    // Lists of Via and routes grow by lines or by commas.
    hasFewer(text, ',', Math.min(limits.vias, limits.routes) - headers);
  return isSmall ? undefined : limitFindings(message, limits)[0];
}

function hasFewer(text: string, character: string, limit: number): boolean {
  let left = limit;
  for (let at = text.indexOf(character); at >= 0 && left > 0; at = text.indexOf(character, at + 1)) left--;
  return left > 0;
}

function crowdedValue(message: ParsedMessage, limit: number): Span | undefined {
  const { index } = message.scan;
  let found: Span | undefined;
  for (let at = 0; at + 1 < index.length && found === undefined; at += INDEX_STRIDE) {
    if (!PARAM_IDS.has(packedId(index[at + 1] ?? 0))) continue;
    splitList(message, message.valueStart(at), message.valueEnd(at), (start, end) => {
      if (found === undefined && paramCount(message, start, end) > limit) found = { start, end };
    });
  }
  return found;
}
