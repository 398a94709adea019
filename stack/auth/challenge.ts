import type { AuthHeader } from '../message/headers/digest.ts';
import { algorithmOf, compareStrength, type DigestAlgorithm } from './algorithms.ts';
import { formatAuthParams } from './auth-params.ts';
import type { Qop } from './digest.ts';

/** A digest challenge we can answer. Octet text without quotes. @rfc 7616 §3.3 */
export interface DigestChallenge {
  readonly realm: string;
  readonly nonce: string;
  readonly opaque: string | undefined;
  /** The nonce of the request was too old; the password may well be right. */
  readonly isStale: boolean;
  readonly algorithm: DigestAlgorithm;
  /** As it came, to be repeated; undefined when it was left out. */
  readonly algorithmToken: string | undefined;
  /** Those we know; empty when the server names none, as those of RFC 2069 do. */
  readonly qop: readonly Qop[];
  /** The user name is to be hashed. @rfc 7616 §3.4.4 */
  readonly wantsUserHash: boolean;
  /** URIs that the credentials are good for; empty means all of the server. */
  readonly domain: readonly string[];
}

/** Why a challenge cannot be answered. */
export type ChallengeDefect = 'scheme' | 'realm' | 'nonce' | 'algorithm' | 'qop';

/** The values of a qop list that we know, and whether there was a list at all. */
function qopList(value: string | undefined): readonly Qop[] {
  const words = (value ?? '').toLowerCase().split(/[\s,]+/);
  return (['auth', 'auth-int'] as const).filter((qop) => words.includes(qop));
}

/** Reads a challenge; what it lacks, when it is none that a digest can answer. */
export function readChallenge({ scheme, params }: AuthHeader): DigestChallenge | ChallengeDefect {
  if (scheme !== 'digest') return 'scheme';
  const realm = params.get('realm');
  const nonce = params.get('nonce');
  const algorithm = algorithmOf(params.get('algorithm'));
  const qop = qopList(params.get('qop'));
  if (realm === undefined) return 'realm';
  if (nonce === undefined) return 'nonce';
  if (algorithm === undefined) return 'algorithm';
  if (params.has('qop') && qop.length === 0) return 'qop';
  return {
    realm,
    nonce,
    opaque: params.get('opaque'),
    isStale: params.get('stale')?.toLowerCase() === 'true',
    algorithm,
    algorithmToken: params.get('algorithm'),
    qop,
    wantsUserHash: params.get('userhash')?.toLowerCase() === 'true',
    domain: (params.get('domain') ?? '').split(/\s+/).filter((uri) => uri !== ''),
  };
}

/** The challenges that can be answered, strongest algorithm first; among equals the order of the server stays. @rfc 8760 §2.4 */
export function answerable(headers: readonly AuthHeader[]): readonly DigestChallenge[] {
  return headers
    .map(readChallenge)
    .filter((challenge) => typeof challenge !== 'string')
    .sort((a, b) => compareStrength(a.algorithm, b.algorithm));
}

/** What a server puts into a challenge. */
export interface ChallengeFields {
  readonly realm: string | undefined;
  readonly nonce: string | undefined;
  readonly opaque?: string | undefined;
  readonly isStale?: boolean | undefined;
  /** Left out for servers of RFC 2069. */
  readonly algorithm?: string | undefined;
  readonly qop?: readonly string[] | undefined;
  readonly wantsUserHash?: boolean | undefined;
  readonly domain?: readonly string[] | undefined;
}

/** The value of WWW-Authenticate or Proxy-Authenticate. */
export function formatChallenge(fields: ChallengeFields): string {
  const { domain = [], qop = [] } = fields;
  const params = formatAuthParams([
    ['realm', fields.realm],
    ['domain', domain.length === 0 ? undefined : domain.join(' ')],
    ['opaque', fields.opaque],
    ['stale', fields.isStale === true ? 'true' : undefined],
    ['algorithm', fields.algorithm],
    ['qop', qop.length === 0 ? undefined : qop.join(',')],
    ['userhash', fields.wantsUserHash === true ? 'true' : undefined],
    ['nonce', fields.nonce],
  ]);
  return `Digest ${params}`;
}
