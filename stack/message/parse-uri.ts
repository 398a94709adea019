import { AT, COLON, EQUALS, LEFT_BRACKET, isDigit, isHex, isHostChar } from './chars.ts';

/** A URI. Strings are octet text as written: escapes are kept, see {@link unescapeUri}. @rfc 3261 §19.1, RFC 3966 */
export interface Uri {
  /** In lower case; empty when there is none. */
  readonly scheme: string;
  /** The user part of sip and sips, the number of tel. */
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** An IPv6 literal carries no brackets. Empty for other schemes than sip and sips. */
  readonly host: string;
  readonly port: number | undefined;
  /** Names in lower case with their escapes undone, values as written. */
  readonly params: ReadonlyMap<string, string | undefined>;
  /** What follows the question mark. */
  readonly headers: string;
  readonly text: string;
  readonly isValid: boolean;
  /** What is wrong with it, in one sentence. */
  readonly problem: string | undefined;
}

const NO_PARAMS: ReadonlyMap<string, string | undefined> = new Map();

/** Parses any text as a URI. Total: what is wrong is told by `problem`. */
export function parseUri(text: string): Uri {
  const colon = text.indexOf(':');
  const scheme = colon < 0 ? '' : text.substring(0, colon).toLowerCase();
  if (scheme === 'sip' || scheme === 'sips') return parseSipUri(text, scheme, colon + 1);
  if (!/^[a-z][a-z0-9+.-]*$/.test(scheme)) {
    return { ...opaque(text, ''), isValid: false, problem: 'The URI has no scheme.' };
  }
  if (scheme === 'tel') return parseTelUri(text, colon + 1);
  const problem = opaqueProblem(text, colon + 1);
  return { ...opaque(text, scheme), isValid: problem === undefined, problem };
}

type Opaque = Omit<Uri, 'isValid' | 'problem'>;

function opaque(text: string, scheme: string): Opaque {
  return {
    scheme,
    user: undefined,
    password: undefined,
    host: '',
    port: undefined,
    params: NO_PARAMS,
    headers: '',
    text,
  };
}

function opaqueProblem(text: string, start: number): string | undefined {
  if (start >= text.length) return 'The URI ends after its scheme.';
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code <= 0x20 || code >= 0x7f || code === 0x22 || code === 0x3c || code === 0x3e)
      return 'The URI contains a sign that must be escaped.';
  }
  return undefined;
}

const USER_SIGNS = signs("-_.!~*'()&=+$,;?/");
const PASSWORD_SIGNS = signs("-_.!~*'()&=+$,");
const PARAM_SIGNS = signs("-_.!~*'()[]/:&+$");
const HEADER_SIGNS = signs("-_.!~*'()[]/?:+$&=");

/** Allowed characters besides letters, digits and escapes. */
function signs(allowed: string): Uint8Array {
  const table = new Uint8Array(256);
  for (const sign of `${allowed}ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789`)
    table[sign.charCodeAt(0)] = 1;
  return table;
}

/** Whether [start, end) consists of allowed characters and complete escapes. */
function isAllowed(text: string, start: number, end: number, table: Uint8Array): boolean {
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (table[code] === 1) continue;
    if (code !== 0x25 || at + 2 >= end || !isHex(text.charCodeAt(at + 1)) || !isHex(text.charCodeAt(at + 2)))
      return false;
    at += 2;
  }
  return true;
}

function parseSipUri(text: string, scheme: string, start: number): Uri {
  let problem: string | undefined;
  let user: string | undefined;
  let password: string | undefined;
  let pos = start;
  const at = text.indexOf('@', start);
  if (at >= 0) {
    const colon = text.indexOf(':', start);
    const userEnd = colon >= 0 && colon < at ? colon : at;
    user = text.substring(start, userEnd);
    if (userEnd < at) password = text.substring(userEnd + 1, at);
    if (userEnd === start) problem = 'The user part before the @ is empty.';
    else if (!isAllowed(text, start, userEnd, USER_SIGNS))
      problem = 'The user part contains a sign that must be escaped.';
    else if (userEnd < at && !isAllowed(text, userEnd + 1, at, PASSWORD_SIGNS))
      problem = 'The password contains a sign that must be escaped.';
    pos = at + 1;
  }

  let hostEnd: number;
  let host: string;
  if (text.charCodeAt(pos) === LEFT_BRACKET) {
    const close = text.indexOf(']', pos);
    hostEnd = close < 0 ? text.length : close + 1;
    host = text.substring(pos + 1, close < 0 ? text.length : close);
    if (close < 0) problem ??= 'The IPv6 reference has no closing bracket.';
    else if (!/^[0-9a-fA-F:.]+$/.test(host)) problem ??= 'The IPv6 reference contains a sign no address has.';
  } else {
    hostEnd = pos;
    while (hostEnd < text.length && isHostChar(text.charCodeAt(hostEnd))) hostEnd++;
    host = text.substring(pos, hostEnd);
  }
  if (host === '') problem ??= 'The host is missing.';

  pos = hostEnd;
  let port: number | undefined;
  if (text.charCodeAt(pos) === COLON) {
    let digitsEnd = pos + 1;
    while (isDigit(text.charCodeAt(digitsEnd))) digitsEnd++;
    port = Number(text.substring(pos + 1, digitsEnd));
    if (digitsEnd === pos + 1 || port > 65535) {
      port = undefined;
      problem ??= 'The port is not a number of 0 to 65535.';
    }
    pos = digitsEnd;
  }

  const question = text.indexOf('?', pos);
  const paramsEnd = question < 0 ? text.length : question;
  const params = new Map<string, string | undefined>();
  problem ??= readUriParams(text, pos, paramsEnd, params);
  if (question >= 0 && !isAllowed(text, question + 1, text.length, HEADER_SIGNS))
    problem ??= 'The headers of the URI contain a sign that must be escaped.';
  const headers = question < 0 ? '' : text.substring(question + 1);
  return {
    scheme,
    user,
    password,
    host,
    port,
    params,
    headers,
    text,
    isValid: problem === undefined,
    problem,
  };
}

/** Fills `params` from `;name=value` in [start, end) and tells the first problem. */
function readUriParams(
  text: string,
  start: number,
  end: number,
  params: Map<string, string | undefined>,
): string | undefined {
  let problem: string | undefined;
  if (start < end && text.charAt(start) !== ';')
    problem =
      text.charCodeAt(start) === AT ? 'The URI has a second @.' : 'The host contains a sign no host has.';
  let pos = text.indexOf(';', start);
  while (pos >= 0 && pos < end) {
    const semicolon = text.indexOf(';', pos + 1);
    const next = semicolon < 0 || semicolon > end ? end : semicolon;
    let nameEnd = pos + 1;
    while (nameEnd < next && text.charCodeAt(nameEnd) !== EQUALS) nameEnd++;
    const name = unescapeUri(text.substring(pos + 1, nameEnd)).toLowerCase();
    if (name === '') problem ??= 'A parameter of the URI has no name.';
    if (!isAllowed(text, pos + 1, nameEnd, PARAM_SIGNS) || !isAllowed(text, nameEnd + 1, next, PARAM_SIGNS)) {
      problem ??= 'A parameter of the URI contains a sign that must be escaped.';
    } else if (nameEnd < next && nameEnd + 1 === next)
      problem ??= 'A parameter of the URI has an equals sign but no value.';
    if (params.has(name)) problem ??= 'A parameter of the URI is there twice.';
    else params.set(name, nameEnd < next ? text.substring(nameEnd + 1, next) : undefined);
    pos = next;
    if (pos >= end) break;
  }
  return problem;
}

/** @rfc 3966 §3 */
function parseTelUri(text: string, start: number): Uri {
  const semicolon = text.indexOf(';', start);
  const numberEnd = semicolon < 0 ? text.length : semicolon;
  const user = text.substring(start, numberEnd);
  const params = new Map<string, string | undefined>();
  const isGlobal = /^\+[-.()]*\d[\d\-.()]*$/.test(user);
  let problem =
    isGlobal || /^[-.()]*[\dA-Fa-f*#][\dA-Fa-f*#\-.()]*$/.test(user)
      ? undefined
      : 'The number of the tel URI is neither global nor local.';
  problem ??= readUriParams(text, numberEnd, text.length, params);
  if (!isGlobal && !params.has('phone-context')) problem ??= 'A local number needs a phone-context.';
  problem ??= telParamProblem(params);
  return { ...opaque(text, 'tel'), user, params, isValid: problem === undefined, problem };
}

/** Digits of a number and visual separators, at least one digit. */
const PHONE_DIGITS = /^[-.()]*\d[\d\-.()]*$/;
const DOMAIN = /^([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)*[A-Za-z]([A-Za-z0-9-]*[A-Za-z0-9])?\.?$/;

/** @rfc 3966 §3 (extension, descriptor) */
function telParamProblem(params: Uri['params']): string | undefined {
  if (params.has('ext') && !PHONE_DIGITS.test(params.get('ext') ?? ''))
    return 'The extension is not a number.';
  if (!params.has('phone-context')) return undefined;
  const context = params.get('phone-context') ?? '';
  const isDescriptor = context.startsWith('+')
    ? PHONE_DIGITS.test(context.substring(1))
    : DOMAIN.test(context);
  return isDescriptor
    ? undefined
    : 'The phone-context is neither a domain name nor the start of a global number.';
}

/** Undoes %-escapes; the result is octet text. An incomplete escape stays. */
export function unescapeUri(text: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}
