import {
  COLON,
  DOT,
  SP,
  isTokenChar,
  LEFT_BRACKET,
  RIGHT_BRACKET,
  SLASH,
  type Source,
  numberAt,
  skipDigits,
  skipHost,
  skipLws,
  skipToken,
  word,
} from '../chars.ts';
import { headerId } from '../header-names.ts';
import type { SipMessage, Span } from '../message.ts';
import { ParamScanner, paramText, readParams } from '../params.ts';
import { HOT, type ParsedMessage, asParsed, lazy } from '../parsed-message.ts';
import { INDEX_STRIDE } from '../scan.ts';

/** One Via header field value. @rfc 3261 §20.42, RFC 3581 */
export interface Via {
  /** Transport in upper case: `UDP`, `TCP`, `TLS`, `WS`, `WSS`, or what else was written. */
  readonly protocol: string;
  /** An IPv6 literal carries no brackets. */
  readonly sentBy: { readonly host: string; readonly port?: number };
  readonly branch: string | undefined;
  readonly received: string | undefined;
  /** True when the parameter is there and has no value yet. */
  readonly rport: number | true | undefined;
  readonly params: ReadonlyMap<string, string | undefined>;
  /** As written. */
  readonly text: string;
  readonly span: Span;
  /** What is wrong with it, in one sentence; undefined when it is well formed. */
  readonly problem: string | undefined;
}

/** The value as offsets into its message; strings are made when they are asked for. */
export class ViaValue implements Via {
  readonly source: Source;
  readonly start: number;
  end = 0;
  protocolStart = 0;
  protocolEnd = 0;
  hostStart = 0;
  hostEnd = 0;
  /** -1 when absent. */
  port = -1;
  paramsStart = 0;
  branchStart = -1;
  branchEnd = -1;
  /** End of the parameter's name; -1 when absent. */
  rportEnd = -1;
  rport: number | true | undefined = undefined;
  /** The whole parameter; -1 when absent. */
  receivedStart = -1;
  receivedValueStart = -1;
  receivedEnd = -1;
  problem: string | undefined = undefined;
  #params: ReadonlyMap<string, string | undefined> | undefined = undefined;

  constructor(source: Source, start: number) {
    this.source = source;
    this.start = start;
  }

  get protocol(): string {
    return this.source.text.substring(this.protocolStart, this.protocolEnd).toUpperCase();
  }

  get sentBy(): { readonly host: string; readonly port?: number } {
    const host = this.source.text.substring(this.hostStart, this.hostEnd);
    return this.port < 0 ? { host } : { host, port: this.port };
  }

  get branch(): string | undefined {
    return this.branchStart < 0 ? undefined : paramText(this.source, this.branchStart, this.branchEnd);
  }

  get received(): string | undefined {
    if (this.receivedValueStart < 0) return undefined;
    // RFC 5118 §4.5: an IPv6 address may come in brackets or without.
    const host = paramText(this.source, this.receivedValueStart, this.receivedEnd);
    return host.startsWith('[') ? host.slice(1, -1) : host;
  }

  get params(): ReadonlyMap<string, string | undefined> {
    return (this.#params ??= readParams(this.source, this.paramsStart, this.end));
  }

  get text(): string {
    return this.source.text.substring(this.start, this.end);
  }

  get span(): Span {
    return { start: this.start, end: this.end };
  }
}

/** Parses the Via value at `start`; it ends at `end` or at the comma before the next one. */
function parseVia(source: Source, start: number, end: number): ViaValue {
  const via = new ViaValue(source, start);
  const params = new ParamScanner(source, sentBy(via, sentProtocol(via, end), end), end);
  via.paramsStart = params.pos;
  while (params.next()) takeParam(via, params);
  via.problem ??= params.problem;
  via.end = params.pos;
  return via;
}

const [S, I, P, TWO, ZERO] = [0x53, 0x49, 0x50, 0x32, 0x30] as const;

/** Whether `SIP/2.0/`, three letters and a space stand at `pos`, as nearly always. The line end behind every value keeps this in bounds. */
function isUsualProtocol(bytes: Uint8Array, pos: number): boolean {
  return (
    bytes[pos + 11] === SP &&
    bytes[pos + 7] === SLASH &&
    bytes[pos + 3] === SLASH &&
    bytes[pos] === S &&
    bytes[pos + 1] === I &&
    bytes[pos + 2] === P &&
    bytes[pos + 4] === TWO &&
    bytes[pos + 5] === DOT &&
    bytes[pos + 6] === ZERO &&
    isTokenChar(bytes[pos + 8] ?? 0) &&
    isTokenChar(bytes[pos + 9] ?? 0) &&
    isTokenChar(bytes[pos + 10] ?? 0)
  );
}

/** `SIP/2.0/UDP`, white space allowed around the slashes; returns the position of the sent-by. */
function sentProtocol(via: ViaValue, end: number): number {
  const { bytes } = via.source;
  let pos = via.start;
  if (isUsualProtocol(bytes, pos)) {
    via.protocolStart = pos + 8;
    via.protocolEnd = pos + 11;
    return skipLws(bytes, pos + 12, end);
  }
  let isWellFormed = true;
  for (let part = 0; part < 3; part++) {
    const tokenEnd = skipToken(bytes, pos, end);
    isWellFormed &&= tokenEnd > pos;
    via.protocolStart = pos;
    via.protocolEnd = tokenEnd;
    pos = skipLws(bytes, tokenEnd, end);
    if (part === 2) isWellFormed &&= pos > tokenEnd;
    else if (bytes[pos] === SLASH && pos < end) pos = skipLws(bytes, pos + 1, end);
    else isWellFormed = false;
  }
  if (!isWellFormed) via.problem ??= 'The sent-protocol is not of the form SIP/2.0/TRANSPORT.';
  return pos;
}

/** host [ COLON port ]; returns the position behind. */
function sentBy(via: ViaValue, start: number, end: number): number {
  const { bytes } = via.source;
  let pos = start;
  if (bytes[pos] === LEFT_BRACKET && pos < end) {
    via.hostStart = start + 1;
    while (pos < end && bytes[pos] !== RIGHT_BRACKET) pos++;
    via.hostEnd = pos;
    if (pos < end) pos++;
    else via.problem ??= 'The IPv6 reference has no closing bracket.';
  } else {
    pos = skipHost(bytes, pos, end);
    via.hostStart = start;
    via.hostEnd = pos;
  }
  if (via.hostEnd === via.hostStart) via.problem ??= 'The sent-by has no host.';
  pos = skipLws(bytes, pos, end);
  if (bytes[pos] === COLON && pos < end) {
    const digits = skipLws(bytes, pos + 1, end);
    pos = skipDigits(bytes, digits, end);
    const port = numberAt(bytes, digits, pos);
    if (pos > digits && port <= 65535) via.port = port;
    else via.problem ??= 'The port of the sent-by is not a number of 0 to 65535.';
  }
  return pos;
}

const BRANCH = word('branch');
const RPORT = word('rport');
const RECEIVED = word('received');

function takeParam(via: ViaValue, param: ParamScanner): void {
  if (via.branchStart < 0 && param.is(BRANCH)) {
    via.branchStart = param.valueStart;
    via.branchEnd = param.valueEnd;
  } else if (via.rportEnd < 0 && param.is(RPORT)) {
    via.rportEnd = param.nameEnd;
    via.rport = rport(via, param);
  } else if (via.receivedEnd < 0 && param.is(RECEIVED)) {
    via.receivedStart = param.nameStart;
    via.receivedValueStart = param.valueStart;
    via.receivedEnd = param.valueStart < 0 ? param.nameEnd : param.valueEnd;
  }
}

function rport(via: ViaValue, { valueStart, valueEnd }: ParamScanner): number | true | undefined {
  if (valueStart < 0) return true;
  const { bytes } = via.source;
  const port = numberAt(bytes, valueStart, valueEnd);
  if (valueEnd > valueStart && skipDigits(bytes, valueStart, valueEnd) === valueEnd && port <= 65535)
    return port;
  via.problem ??= 'The rport parameter is not a port.';
  return undefined;
}

const VIA = headerId('Via');

const allVias = lazy((message): readonly ViaValue[] => {
  const values: ViaValue[] = [];
  for (let at = message.find(VIA); at >= 0; at = message.find(VIA, at + INDEX_STRIDE)) {
    const end = message.lineEnd(at);
    let pos = message.valueStart(at);
    do {
      const via = parseVia(message, pos, end);
      values.push(via);
      pos = skipLws(message.bytes, via.end + 1, end);
    } while (pos < end);
  }
  return values;
}, HOT.vias);

const first = lazy((message): ViaValue | undefined => {
  const at = message.find(VIA);
  return at < 0 ? undefined : parseVia(message, message.valueStart(at), message.lineEnd(at));
}, HOT.topVia);

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
