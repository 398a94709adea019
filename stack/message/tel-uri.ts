import { type Uri, parseUri, unescapeUri } from './parse-uri.ts';

/** A telephone number. @rfc 3966 §3 */
export interface TelNumber {
  /** Whether it begins with `+` and means the same everywhere. */
  readonly isGlobal: boolean;
  /** Without visual separators: `+12015550123`. */
  readonly digits: string;
  /** Where a local number means something: a domain name or the first digits of a global number. */
  readonly context: string | undefined;
  /** Without visual separators. */
  readonly extension: string | undefined;
  readonly subaddress: string | undefined;
  /** All parameters, names in lower case. */
  readonly params: Uri['params'];
}

/** A number without its visual separators. @rfc 3966 §5.1.1 */
export function bareNumber(number: string): string {
  return number.replace(/[-.()]/g, '');
}

/** The number of a tel URI, or of a SIP URI with `user=phone`; undefined when there is none. */
export function telNumber(uri: Uri | string): TelNumber | undefined {
  const parsed = typeof uri === 'string' ? parseUri(uri) : uri;
  const tel = parsed.scheme === 'tel' ? parsed : sipToTelUri(parsed);
  if (tel?.isValid !== true) return undefined;
  const { user = '', params } = tel;
  const extension = params.get('ext');
  return {
    isGlobal: user.startsWith('+'),
    digits: bareNumber(user),
    context: params.get('phone-context'),
    extension: extension === undefined ? undefined : bareNumber(extension),
    subaddress: params.get('isub'),
    params,
  };
}

function sipToTelUri(sip: Uri): Uri | undefined {
  if (sip.params.get('user')?.toLowerCase() !== 'phone' || sip.user === undefined) return undefined;
  return parseUri(`tel:${sip.user.replace(/%(?:3a|5b|5d)/gi, unescapeUri)}`);
}

/** `tel:` for the user part of a SIP URI with `user=phone`; undefined when that is no telephone number. @rfc 3261 §19.1.6 */
export function sipToTel(uri: Uri | string): string | undefined {
  const parsed = typeof uri === 'string' ? parseUri(uri) : uri;
  const tel = sipToTelUri(parsed);
  return tel?.isValid === true ? tel.text : undefined;
}

/** Parameters that come first, in this order; the others follow by name. @rfc 3261 §19.1.6 */
const FIRST = ['isub', 'ext', 'postd'];

function rank(name: string): string {
  const place = FIRST.indexOf(name);
  return place < 0 ? `1${name}` : `0${place}`;
}

/**
 * The SIP URI that means the same number at `host`: lower case and parameters in one order, so that equal numbers give equal URIs.
 * Undefined when it is no tel URI.
 * @rfc 3261 §19.1.6
 */
export function telToSip(uri: Uri | string, host: string): string | undefined {
  const parsed = typeof uri === 'string' ? parseUri(uri) : uri;
  if (parsed.scheme !== 'tel' || !parsed.isValid) return undefined;
  const params = [...parsed.params]
    .sort(([a], [b]) => (rank(a) < rank(b) ? -1 : 1))
    .map(([name, value]) => (value === undefined ? `;${name}` : `;${name}=${value}`));
  // RFC 3966 §3 lets a parameter hold signs that a user part has escaped.
  const user = `${parsed.user ?? ''}${params.join('')}`.toLowerCase().replace(/[[\]:]/g, percent);
  return `sip:${user}@${host};user=phone`;
}

function percent(sign: string): string {
  return `%${sign.charCodeAt(0).toString(16)}`;
}
