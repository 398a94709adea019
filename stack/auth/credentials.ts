import type { AuthHeader } from '../message/headers/digest.ts';
import { unescapeUri } from '../message/uri.ts';
import { formatAuthParams } from './auth-params.ts';

/** Digest credentials as they are written. Octet text without quotes; `undefined` is left out. @rfc 7616 §3.4 */
export interface DigestFields {
  readonly username: string | undefined;
  readonly realm: string | undefined;
  readonly nonce: string | undefined;
  readonly uri: string | undefined;
  readonly response: string | undefined;
  /** A token; MD5 when left out. */
  readonly algorithm: string | undefined;
  readonly cnonce: string | undefined;
  readonly opaque: string | undefined;
  readonly qop: string | undefined;
  /** Eight hexadecimal digits. */
  readonly nc: string | undefined;
  /** `username` is a hash. */
  readonly isUserHash: boolean;
}

/** The value of Authorization or Proxy-Authorization. qop, nc and algorithm are tokens. @rfc 3261 §25.1 (dig-resp) */
export function formatCredentials(fields: DigestFields): string {
  const params = formatAuthParams(
    [
      ['username', fields.username],
      ['realm', fields.realm],
      ['nonce', fields.nonce],
      ['uri', fields.uri],
      ['response', fields.response],
      ['algorithm', fields.algorithm],
      ['cnonce', fields.cnonce],
      ['opaque', fields.opaque],
      ['qop', fields.qop],
      ['nc', fields.nc],
      ['userhash', fields.isUserHash ? 'true' : undefined],
    ],
    true,
  );
  return `Digest ${params}`;
}

/** Reads digest credentials; undefined for another scheme. */
export function readCredentials({ scheme, params }: AuthHeader): DigestFields | undefined {
  if (scheme !== 'digest') return undefined;
  return {
    username: params.get('username') ?? extendedName(params.get('username*')),
    realm: params.get('realm'),
    nonce: params.get('nonce'),
    uri: params.get('uri'),
    response: params.get('response')?.toLowerCase(),
    algorithm: params.get('algorithm'),
    cnonce: params.get('cnonce'),
    opaque: params.get('opaque'),
    qop: params.get('qop')?.toLowerCase(),
    nc: params.get('nc'),
    isUserHash: params.get('userhash')?.toLowerCase() === 'true',
  };
}

/** `UTF-8''J%C3%A4s%C3%B8n`. @rfc 7616 §3.4, RFC 5987 §3.2 */
function extendedName(value: string | undefined): string | undefined {
  const text = /^utf-8'[^']*'(.*)$/i.exec(value ?? '')?.[1];
  return text === undefined ? undefined : unescapeUri(text);
}

/** The number of an nc; undefined when it is not eight hexadecimal digits. @rfc 7616 §3.4 */
export function nonceCount(nc: string | undefined): number | undefined {
  return nc !== undefined && /^[0-9a-f]{8}$/i.test(nc) ? Number.parseInt(nc, 16) : undefined;
}

/** An nc as it is written. */
export function formatNonceCount(count: number): string {
  return count.toString(16).padStart(8, '0');
}
