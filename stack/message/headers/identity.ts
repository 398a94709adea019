import { EQUALS, SEMICOLON } from '../chars.ts';
import { each, one } from './access.ts';
import type { Params, Reader } from './reader.ts';

/** A signed identity (PASSporT). @rfc 8224 §4 */
export interface Identity {
  /** The signed-identity-digest: a compact or full PASSporT, or the signature of RFC 4474. */
  readonly digest: string;
  /** Where the certificate is; undefined in the form of RFC 4474. */
  readonly info: string | undefined;
  /** `ES256` when nothing else is said. */
  readonly algorithm: string | undefined;
  /** The extension of the PASSporT: `shaken`, `div`... */
  readonly extension: string | undefined;
  readonly params: Params;
}

/** `;info=<uri>` beside usual parameters: commas and semicolons in the brackets belong to the URI. */
function identityParams(reader: Reader): Params | undefined {
  const params = new Map<string, string | undefined>();
  while (reader.sign(SEMICOLON)) {
    const name = reader.token()?.toLowerCase();
    if (name === undefined) return undefined;
    const value = reader.sign(EQUALS) ? (reader.bracketed() ?? reader.quoted() ?? reader.token()) : undefined;
    if (!params.has(name)) params.set(name, value);
  }
  return params;
}

/** The identities of a request, one a verified claim. */
export const identities = each('Identity', (reader): Identity | undefined => {
  const digest = reader.quoted() ?? reader.word();
  const params = identityParams(reader);
  if (digest === undefined || params === undefined) return undefined;
  return {
    digest,
    info: params.get('info'),
    algorithm: params.get('alg'),
    extension: params.get('ppt'),
    params,
  };
});

/** Where the certificate of the signer is, as RFC 4474 had it. @rfc 4474 §9 */
export const identityInfo = one('Identity-Info', (reader): string | undefined => {
  const uri = reader.bracketed();
  return reader.params() === undefined ? undefined : uri;
});
