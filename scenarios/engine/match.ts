import { canonicalName } from '../../stack/message/header-names.ts';
import { cseq } from '../../stack/message/headers/cseq.ts';
import type { SipMessage } from '../../stack/message/message.ts';
import { decodeText, octetText } from '../../stack/message/octets.ts';
import { parseSdp } from '../../stack/sdp/sdp.ts';
import type { Find, HeaderCheck, SdpCheck, StatusMatch } from '../schema/matcher.ts';
import type { Value } from './expression.ts';
import type { CompiledMatch } from './program.ts';
import type { Scope } from './scope.ts';

/** How a message compares with what was expected. */
export type Comparison =
  | { readonly fits: true; readonly captured: Readonly<Record<string, Value>> }
  /** `isNear`: status or method fit, what is checked beside them did not. */
  | { readonly fits: false; readonly isNear: boolean; readonly reason: string };

/** `INVITE`, `180 Ringing (INVITE)` */
export function titleOf(message: SipMessage): string {
  const { startLine } = message;
  if (startLine.kind === 'request') return startLine.method;
  if (startLine.kind === 'invalid') return 'what is no SIP message';
  return `${startLine.status} ${startLine.reason} (${cseq(message)?.method ?? '?'})`;
}

/*
 * Octets are UTF-8 here: expectations are written as people write, and what is taken out of a message may be sent again.
 */

const bodyOf = (message: SipMessage): string =>
  decodeText(octetText(message.bytes, message.body.start, message.body.end));

/** The values of a header of any name, a line each. */
export function valuesOf(message: SipMessage, name: string): readonly string[] {
  const wanted = canonicalName(name).toLowerCase();
  return message.headers
    .filter((field) => field.name.toLowerCase() === wanted)
    .map(({ value }) => decodeText(value));
}

/** @throws ExpressionError */
export function compare(match: CompiledMatch, message: SipMessage, scope: Scope): Comparison {
  const kind = kindDefect(match, message, scope);
  if (kind !== undefined) return { fits: false, isNear: false, reason: kind };
  const captured: Record<string, Value> = {};
  const reason =
    headersDefect(match, message, scope, captured) ??
    bodyDefect(match, message, scope, captured) ??
    (match.sdp === undefined ? undefined : sdpDefect(match.sdp, message, scope)) ??
    capture(match, message, captured) ??
    findDefect(match.find, message, scope, captured);
  return reason === undefined ? { fits: true, captured } : { fits: false, isNear: true, reason };
}

const fitsStatus = (wanted: StatusMatch, status: number): boolean =>
  typeof wanted === 'number' ? wanted === status : wanted.startsWith(String(Math.floor(status / 100)));

function kindDefect(
  { title, status, method, uri }: CompiledMatch,
  message: SipMessage,
  scope: Scope,
): string | undefined {
  const { startLine } = message;
  const differs = (): string => `expected ${title}, got ${titleOf(message)}`;
  if (status !== undefined) {
    if (startLine.kind !== 'response' || !fitsStatus(status, startLine.status)) return differs();
    return method === undefined || cseq(message)?.method === method ? undefined : differs();
  }
  if (startLine.kind !== 'request' || startLine.method !== method) return differs();
  if (uri === undefined) return undefined;
  const wanted = scope.fill(uri);
  const came = decodeText(startLine.uri);
  return wanted === came ? undefined : `expected Request-URI ${wanted}, got ${came}`;
}

function headersDefect(
  { headers }: CompiledMatch,
  message: SipMessage,
  scope: Scope,
  captured: Record<string, Value>,
): string | undefined {
  for (const [name, check] of Object.entries(headers)) {
    const reason = headerDefect(name, check, valuesOf(message, name), scope, captured);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function headerDefect(
  name: string,
  check: HeaderCheck,
  values: readonly string[],
  scope: Scope,
  captured: Record<string, Value>,
): string | undefined {
  const whole = check === null ? { absent: true } : typeof check === 'object' ? check : { equals: check };
  const { equals, matches, absent, count } = whole;
  const came = values.length === 0 ? 'none' : values.map((value) => JSON.stringify(value)).join(', ');
  if (absent === true) return values.length === 0 ? undefined : `expected no ${name}, got ${came}`;
  if (count !== undefined && values.length !== count)
    return `expected ${count} lines of ${name}, got ${values.length}`;
  if (equals !== undefined) {
    const wanted = scope.fill(String(equals));
    if (!values.includes(wanted)) return `expected ${name}: ${wanted}, got ${came}`;
  }
  if (matches !== undefined) {
    const pattern = scope.fill(matches);
    const found = values.map((value) => new RegExp(pattern).exec(value)).find((m) => m !== null);
    if (found === undefined) return `expected ${name} to match ${pattern}, got ${came}`;
    Object.assign(captured, found.groups);
  }
  return absent === false && values.length === 0 ? `expected a ${name}, got none` : undefined;
}

function bodyDefect(
  { body }: CompiledMatch,
  message: SipMessage,
  scope: Scope,
  captured: Record<string, Value>,
): string | undefined {
  if (body === undefined) return undefined;
  const text = bodyOf(message);
  if (typeof body === 'string') {
    const wanted = scope.fill(body);
    return text === wanted
      ? undefined
      : `expected the body ${JSON.stringify(wanted)}, got ${JSON.stringify(text)}`;
  }
  const found = new RegExp(scope.fill(body.matches)).exec(text);
  if (found === null) return `expected a body that matches ${body.matches}, got ${JSON.stringify(text)}`;
  Object.assign(captured, found.groups);
  return undefined;
}

function sdpDefect(check: SdpCheck, message: SipMessage, scope: Scope): string | undefined {
  const text = bodyOf(message);
  if (check.absent === true) return text === '' ? undefined : 'expected no session description, got one';
  if (text === '') return 'expected a session description, got none';
  const { media, session } = parseSdp(text);
  const [first] = media;
  if (check.streams !== undefined && media.length !== check.streams)
    return `expected ${check.streams} streams, got ${media.length}`;
  if (check.direction !== undefined && first?.direction !== check.direction)
    return `expected ${check.direction}, got ${first?.direction ?? 'no stream'}`;
  const connection = [...(first?.lines ?? []), ...session].find(({ type }) => type === 'c')?.value ?? '';
  const address = check.address === undefined ? undefined : scope.fill(check.address);
  if (address !== undefined && connection.split(' ')[2] !== address)
    return `expected the address ${address}, got ${connection}`;
  const missing = check.codecs?.find((codec) => !new RegExp(`\\b${codec}/`, 'i').test(text));
  return missing === undefined ? undefined : `expected the codec ${missing}, which is not there`;
}

/** `To`, or `To: tag=(.*)`: the first group of what stands behind the colon, else the whole value. */
function capture(
  match: CompiledMatch,
  message: SipMessage,
  captured: Record<string, Value>,
): string | undefined {
  for (const [name, from] of Object.entries(match.capture)) {
    const [, header = from, pattern] = /^([\w-]+)\s*:\s*(.*)$/.exec(from) ?? [];
    const [value] = valuesOf(message, header.trim());
    if (value === undefined) return `expected a ${header} to take ${name} from, got none`;
    const found = pattern === undefined ? [value, value] : new RegExp(pattern).exec(value);
    if (found === null) return `expected ${header} to match ${pattern ?? ''}, got ${JSON.stringify(value)}`;
    captured[name] = found[1] ?? found[0] ?? '';
  }
  return undefined;
}

/** Looks for each expression: in every line of a header, in the body, in the whole message. */
function findDefect(
  finds: readonly Find[],
  message: SipMessage,
  scope: Scope,
  captured: Record<string, Value>,
): string | undefined {
  for (const { in: where, matches, found, ignoreCase } of finds) {
    const pattern = scope.fill(matches);
    const expression = new RegExp(pattern, ignoreCase === true ? 'i' : '');
    const result = placesOf(message, where)
      .map((text) => expression.exec(text))
      .find((m) => m !== null);
    if (found === true && result === undefined) return `expected ${pattern} in ${where}, which is not there`;
    if (found === false && result !== undefined)
      return `expected no ${pattern} in ${where}, got ${JSON.stringify(result[0])}`;
    for (const name of groupNames(pattern)) captured[name] = result?.groups?.[name] ?? '';
  }
  return undefined;
}

function placesOf(message: SipMessage, where: string): readonly string[] {
  if (where === 'message') return [decodeText(octetText(message.bytes))];
  return where === 'body' ? [bodyOf(message)] : valuesOf(message, where);
}

const groupNames = (pattern: string): readonly string[] =>
  [...pattern.matchAll(/\(\?<([A-Za-z_]\w*)>/g)].map(([, name = '']) => name);
