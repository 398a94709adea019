import {
  COLON,
  LEFT_BRACKET,
  RIGHT_BRACKET,
  SLASH,
  isHostChar,
  skipDigits,
  skipLws,
  skipToken,
} from '../chars.ts';
import { headerId } from '../header-names.ts';
import type { SipMessage, Span } from '../message.ts';
import { ParamScanner, readParams } from '../params.ts';
import { type ParsedMessage, asParsed, lazy } from '../parsed-message.ts';
import { INDEX_STRIDE } from '../scan.ts';

/** One Via header field value. @rfc 3261 §20.42, RFC 3581 */
export interface Via {
  /** Transport in upper case: `UDP`, `TCP`, `TLS`, `WS`, `WSS`, or what else was written. */
  readonly protocol: string;
  /** An IPv6 literal carries no brackets. */
  readonly sentBy: { readonly host: string; readonly port?: number };
  readonly branch?: string | undefined;
  readonly received?: string | undefined;
  /** True when the parameter is there and has no value yet. */
  readonly rport?: number | true | undefined;
  readonly params: ReadonlyMap<string, string | undefined>;
  /** As written. */
  readonly text: string;
  readonly span: Span;
  /** What is wrong with it, in one sentence; undefined when it is well formed. */
  readonly problem: string | undefined;
}

/** The value with the offsets a response needs to fill in `received` and `rport`. */
export class ViaValue implements Via {
  protocol = '';
  sentBy: { host: string; port?: number } = { host: '' };
  branch: string | undefined = undefined;
  received: string | undefined = undefined;
  rport: number | true | undefined = undefined;
  problem: string | undefined = undefined;
  readonly source: string;
  readonly start: number;
  end = 0;
  paramsStart = 0;
  /** Ends of the parameters `rport` and `received` in the source; -1 when absent. */
  rportEnd = -1;
  receivedStart = -1;
  receivedEnd = -1;
  #params: ReadonlyMap<string, string | undefined> | undefined = undefined;

  constructor(source: string, start: number) {
    this.source = source;
    this.start = start;
  }

  get params(): ReadonlyMap<string, string | undefined> {
    return (this.#params ??= readParams(this.source, this.paramsStart, this.end));
  }

  get text(): string {
    return this.source.substring(this.start, this.end);
  }

  get span(): Span {
    return { start: this.start, end: this.end };
  }
}

/** Parses the Via value at `start`; it ends at `end` or at the comma before the next one. */
function parseVia(text: string, start: number, end: number): ViaValue {
  const via = new ViaValue(text, start);
  let pos = start;
  // sent-protocol: SIP / 2.0 / transport, white space allowed around the slashes
  for (let part = 0; part < 3; part++) {
    const tokenEnd = skipToken(text, pos, end);
    if (tokenEnd === pos) via.problem ??= 'The sent-protocol is not of the form SIP/2.0/TRANSPORT.';
    if (part === 2) via.protocol = upperCase(text.substring(pos, tokenEnd));
    pos = skipLws(text, tokenEnd, end);
    if (part < 2) {
      if (text.charCodeAt(pos) === SLASH && pos < end) pos = skipLws(text, pos + 1, end);
      else via.problem ??= 'The sent-protocol is not of the form SIP/2.0/TRANSPORT.';
    }
  }
  pos = sentBy(via, text, pos, end);
  via.paramsStart = pos;
  const params = new ParamScanner(text, pos, end);
  while (params.next()) takeParam(via, params);
  via.problem ??= params.problem;
  via.end = params.pos;
  return via;
}

const PROTOCOLS: Readonly<Record<string, string>> = {
  UDP: 'UDP',
  TCP: 'TCP',
  TLS: 'TLS',
  WS: 'WS',
  WSS: 'WSS',
};

function upperCase(protocol: string): string {
  return PROTOCOLS[protocol] ?? protocol.toUpperCase();
}

/** host [ COLON port ]; returns the position behind. */
function sentBy(via: ViaValue, text: string, start: number, end: number): number {
  let pos = start;
  let host: string;
  if (text.charCodeAt(pos) === LEFT_BRACKET && pos < end) {
    while (pos < end && text.charCodeAt(pos) !== RIGHT_BRACKET) pos++;
    host = text.substring(start + 1, pos);
    if (pos < end) pos++;
    else via.problem ??= 'The IPv6 reference has no closing bracket.';
  } else {
    while (pos < end && isHostChar(text.charCodeAt(pos))) pos++;
    host = text.substring(start, pos);
  }
  if (host === '') via.problem ??= 'The sent-by has no host.';
  pos = skipLws(text, pos, end);
  if (pos < end && text.charCodeAt(pos) === COLON) {
    const digits = skipLws(text, pos + 1, end);
    pos = skipDigits(text, digits, end);
    const port = Number(text.substring(digits, pos));
    if (pos === digits || port > 65535)
      via.problem ??= 'The port of the sent-by is not a number of 0 to 65535.';
    else {
      via.sentBy = { host, port };
      return skipLws(text, pos, end);
    }
  }
  via.sentBy = { host };
  return skipLws(text, pos, end);
}

function takeParam(via: ViaValue, param: ParamScanner): void {
  if (via.branch === undefined && param.is('branch')) {
    via.branch = param.value;
  } else if (via.rportEnd < 0 && param.is('rport')) {
    via.rportEnd = param.nameEnd;
    const value = param.value;
    if (value === undefined) via.rport = true;
    else if (/^\d{1,5}$/.test(value)) via.rport = Number(value);
    else via.problem ??= 'The rport parameter is not a port.';
  } else if (via.receivedEnd < 0 && param.is('received')) {
    via.receivedStart = param.nameStart;
    via.receivedEnd = param.valueStart < 0 ? param.nameEnd : param.valueEnd;
    via.received = withoutBrackets(param.value);
  }
}

/** RFC 5118 §4.5 allows both forms of an IPv6 address in `received`. */
function withoutBrackets(host: string | undefined): string | undefined {
  return host?.charCodeAt(0) === LEFT_BRACKET ? host.slice(1, -1) : host;
}

const VIA = headerId('Via');

const allVias = lazy((message): readonly ViaValue[] => {
  const values: ViaValue[] = [];
  for (let at = message.find(VIA); at >= 0; at = message.find(VIA, at + INDEX_STRIDE)) {
    const end = message.lineEnd(at);
    let pos = message.valueStart(at);
    do {
      const via = parseVia(message.text, pos, end);
      values.push(via);
      pos = skipLws(message.text, via.end + 1, end);
    } while (pos < end);
  }
  return values;
});

const first = lazy((message): ViaValue | undefined => {
  const at = message.find(VIA);
  return at < 0 ? undefined : parseVia(message.text, message.valueStart(at), message.lineEnd(at));
});

/** The topmost Via, or undefined when there is none. */
export function topVia(message: SipMessage): Via | undefined {
  return first(message);
}

/** {@link topVia} with its offsets. */
export function topViaValue(message: ParsedMessage): ViaValue | undefined {
  return first(message);
}

/** All Via values, topmost first, over all header lines and commas. */
export function vias(message: SipMessage): readonly Via[] {
  return allVias(asParsed(message));
}
