import { COMMA } from '../chars.ts';
import type { HeaderName } from '../header-names.ts';
import type { SipMessage } from '../message.ts';
import { lines } from './access.ts';
import type { Reader } from './reader.ts';

/** A challenge or credentials. @rfc 3261 §20.7, §20.44, RFC 7616 §3.3, §3.4 */
export interface AuthHeader {
  /** In lower case: `digest`. */
  readonly scheme: string;
  /** Names in lower case; values without quotes and escapes. */
  readonly params: ReadonlyMap<string, string>;
  /** What stands instead of parameters, as in `Basic dXNlcjpwYXNz`. @rfc 7235 §2.1 */
  readonly token68: string | undefined;
}

export type ChallengeName = Extract<HeaderName, 'WWW-Authenticate' | 'Proxy-Authenticate'>;
export type CredentialsName = Extract<HeaderName, 'Authorization' | 'Proxy-Authorization'>;

const TOKEN68 = /^[A-Za-z0-9\-._~+/]+=*$/;

/** What goes on until the next comma or white space, if that ends the value; nothing is taken otherwise. */
function token68(reader: Reader): string | undefined {
  const from = reader.pos;
  const word = reader.word();
  if (word !== undefined && TOKEN68.test(word) && reader.isAtEnd) {
    reader.pos = reader.end;
    return word;
  }
  reader.pos = from;
  return undefined;
}

/** Whether a scheme, not a parameter, is next: a token with another token behind, or nothing. */
function isSchemeNext(reader: Reader): boolean {
  const from = reader.pos;
  const isScheme =
    reader.token() !== undefined && (reader.isAtEnd || (reader.space() && reader.token() !== undefined));
  reader.pos = from;
  return isScheme;
}

/** Takes parameters until a scheme or the end; undefined when one is malformed or there twice. */
function authParams(reader: Reader): Map<string, string> | undefined {
  const params = new Map<string, string>();
  do {
    // RFC 7235 §7: empty list elements are skipped.
    if (reader.isAtEnd) break;
    if (reader.source.bytes[reader.pos] === COMMA) continue;
    const from = reader.pos;
    const pair = reader.pair();
    if (pair === undefined) {
      reader.pos = from;
      if (isSchemeNext(reader)) break;
      return undefined;
    }
    const [name, value] = pair;
    if (params.has(name)) return undefined;
    params.set(name, value);
  } while (reader.sign(COMMA));
  return params;
}

/** The values of one line. One is what RFC 3261 allows; some join several by commas as in HTTP. A line that is malformed has none. */
function authHeaders(reader: Reader): readonly AuthHeader[] {
  const found: AuthHeader[] = [];
  do {
    const scheme = reader.token()?.toLowerCase();
    if (scheme === undefined) return [];
    if (!reader.space() && !reader.isAtEnd) return [];
    const single = token68(reader);
    const params = single === undefined ? authParams(reader) : new Map<string, string>();
    if (params === undefined) return [];
    found.push({ scheme, params, token68: single });
  } while (!reader.isAtEnd);
  return reader.isAtEnd ? found : [];
}

const ACCESSORS = {
  'WWW-Authenticate': lines('WWW-Authenticate', authHeaders),
  'Proxy-Authenticate': lines('Proxy-Authenticate', authHeaders),
  Authorization: lines('Authorization', authHeaders),
  'Proxy-Authorization': lines('Proxy-Authorization', authHeaders),
};

/** The challenges of a 401 or 407 in the order of preference; malformed ones are left out. @rfc 3261 §22.1, RFC 8760 §2.4 */
export function challenges(message: SipMessage, name: ChallengeName): readonly AuthHeader[] {
  return ACCESSORS[name](message);
}

/** The credentials of a request; malformed ones are left out. @rfc 3261 §22.2, §22.3 */
export function credentials(message: SipMessage, name: CredentialsName): readonly AuthHeader[] {
  return ACCESSORS[name](message);
}

const infoLines = lines('Authentication-Info', (reader): readonly ReadonlyMap<string, string>[] => {
  const params = authParams(reader);
  return params === undefined || params.size === 0 || !reader.isAtEnd ? [] : [params];
});

/** nextnonce, qop, rspauth, cnonce and nc of a 2xx; undefined when absent or malformed. @rfc 3261 §20.6, RFC 7616 §3.5 */
export function authenticationInfo(message: SipMessage): ReadonlyMap<string, string> | undefined {
  return infoLines(message)[0];
}
