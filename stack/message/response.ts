import type { Address } from '../core/address.ts';
import { headerId } from './header-names.ts';
import { type ViaValue, topViaValue } from './headers/via.ts';
import { toHeader } from './headers/name-addr.ts';
import type { SipMessage } from './message.ts';
import { octetText, toBytes } from './octets.ts';
import { type ParsedMessage, asParsed } from './parsed-message.ts';
import { reasonPhrase } from './reason-phrases.ts';
import { INDEX_STRIDE } from './scan.ts';

/** What a response says besides what it repeats of its request. Strings are octet text. */
export interface ResponseOptions {
  readonly status: number;
  /** The usual phrase when absent. */
  readonly reason?: string | undefined;
  /** Added to To when the request has none there and the status is above 100. */
  readonly toTag?: string | undefined;
  readonly headers?: readonly (readonly [name: string, value: string])[] | undefined;
  readonly body?: string | Uint8Array | undefined;
  readonly contentType?: string | undefined;
  /** Where the request came from: fills `received` and `rport` of the top Via. @rfc 3261 §18.2.1, RFC 3581 §4 */
  readonly source?: Address | undefined;
  /** Repeat Record-Route, as responses that make a dialog must. @rfc 3261 §12.1.1 */
  readonly copyRecordRoute?: boolean | undefined;
}

const VIA = headerId('Via');
const RECORD_ROUTE = headerId('Record-Route');
const FROM = headerId('From');
const TO = headerId('To');
const CALL_ID = headerId('Call-ID');
const CSEQ = headerId('CSeq');
const TIMESTAMP = headerId('Timestamp');

type Lines = NonNullable<ResponseOptions['headers']>;

/** The text of lists of lines that many responses share. */
const PREPARED = new WeakMap<Lines, string>();

/** The same lines, written once: what does not change from response to response costs nothing but its octets. */
export function prepared<T extends Lines>(lines: T): T {
  PREPARED.set(lines, textOf(lines));
  return lines;
}

function textOf(lines: Lines): string {
  let text = '';
  for (const [name, value] of lines) text += `${name}: ${value}\r\n`;
  return text;
}

/**
 * The response to a request as octets: Via, From, To, Call-ID, CSeq repeated octet for octet (Timestamp in a 100), then what the options add.
 * @rfc 3261 §8.2.6
 */
export function buildResponse(request: SipMessage, options: ResponseOptions): Uint8Array<ArrayBuffer> {
  const parsed = asParsed(request);
  const { status, body } = options;
  const bodyText = body === undefined || typeof body === 'string' ? (body ?? '') : octetText(body);
  let text = `SIP/2.0 ${status} ${options.reason ?? reasonPhrase(status)}\r\n`;
  text += viaLines(parsed, options.source);
  if (options.copyRecordRoute === true) text += linesOf(parsed, RECORD_ROUTE);
  text += firstLineOf(parsed, FROM);
  text += toLine(parsed, status > 100 ? options.toTag : undefined);
  text += firstLineOf(parsed, CALL_ID);
  text += firstLineOf(parsed, CSEQ);
  if (status === 100) text += firstLineOf(parsed, TIMESTAMP);
  if (options.headers !== undefined) text += PREPARED.get(options.headers) ?? textOf(options.headers);
  if (options.contentType !== undefined) text += `Content-Type: ${options.contentType}\r\n`;
  return toBytes(`${text}Content-Length: ${bodyText.length}\r\n\r\n${bodyText}`);
}

function lineAt(request: ParsedMessage, at: number): string {
  return `${request.text.substring(request.lineStart(at), request.lineEnd(at))}\r\n`;
}

function firstLineOf(request: ParsedMessage, id: number): string {
  const at = request.find(id);
  return at < 0 ? '' : lineAt(request, at);
}

function linesOf(request: ParsedMessage, id: number, from = 0): string {
  let lines = '';
  for (let at = request.find(id, from); at >= 0; at = request.find(id, at + INDEX_STRIDE))
    lines += lineAt(request, at);
  return lines;
}

function toLine(request: ParsedMessage, tag: string | undefined): string {
  const at = request.find(TO);
  if (at < 0) return '';
  if (tag === undefined || toHeader(request)?.tag !== undefined) return lineAt(request, at);
  return `${request.text.substring(request.lineStart(at), request.valueEnd(at))};tag=${tag}\r\n`;
}

function viaLines(request: ParsedMessage, source: Address | undefined): string {
  const at = request.find(VIA);
  const via = source === undefined ? undefined : topViaValue(request);
  if (source === undefined || via === undefined) return linesOf(request, VIA);
  const top = filledVia(via, source);
  const lineEnd = request.lineEnd(at);
  const line = `${request.text.substring(request.lineStart(at), via.start)}${top}${request.text.substring(via.end, lineEnd)}\r\n`;
  return line + linesOf(request, VIA, at + INDEX_STRIDE);
}

/** The top Via value with `received` and `rport` as the source demands; what a sender claimed in them is replaced. */
export function filledVia(via: ViaValue, source: Address): string {
  const { text } = via.source;
  const wantsReceived = via.rport === true || text.substring(via.hostStart, via.hostEnd) !== source.host;
  if (!wantsReceived && via.receivedEnd < 0) return via.text;
  const received = `received=${source.host}`;
  if (via.receivedEnd < 0) {
    // What nearly every request looks like: the port goes behind rport, the address to the end.
    if (via.rport !== true) return `${via.text};${received}`;
    return `${text.substring(via.start, via.rportEnd)}=${source.port}${text.substring(via.rportEnd, via.end)};${received}`;
  }
  const edits: [at: number, until: number, insert: string][] = [
    [via.receivedStart, via.receivedEnd, received],
  ];
  if (via.rport === true) edits.push([via.rportEnd, via.rportEnd, `=${source.port}`]);
  edits.sort((a, b) => a[0] - b[0]);
  let filled = '';
  let pos = via.start;
  for (const [at, until, insert] of edits) {
    filled += text.substring(pos, at) + insert;
    pos = until;
  }
  return filled + text.substring(pos, via.end);
}
