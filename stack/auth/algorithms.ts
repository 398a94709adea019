import type { HashName } from './hashes.ts';

/** Algorithm tokens of the registry for SIP. @rfc 8760 §2.1 */
export type AlgorithmName =
  'MD5' | 'MD5-sess' | 'SHA-256' | 'SHA-256-sess' | 'SHA-512-256' | 'SHA-512-256-sess';

/** One value of the parameter `algorithm`. @rfc 7616 §3.3, RFC 8760 §2.1 */
export interface DigestAlgorithm {
  /** As registered; its case is of no matter when it is read. */
  readonly name: AlgorithmName;
  readonly hash: HashName;
  /** The key covers nonce and cnonce: it is another one for each nonce. @rfc 7616 §3.4.2 */
  readonly isSession: boolean;
}

/** All algorithms, strongest first. */
export const ALGORITHMS: readonly DigestAlgorithm[] = [
  { name: 'SHA-512-256', hash: 'sha-512-256', isSession: false },
  { name: 'SHA-512-256-sess', hash: 'sha-512-256', isSession: true },
  { name: 'SHA-256', hash: 'sha-256', isSession: false },
  { name: 'SHA-256-sess', hash: 'sha-256', isSession: true },
  { name: 'MD5', hash: 'md5', isSession: false },
  { name: 'MD5-sess', hash: 'md5', isSession: true },
];

const BY_TOKEN = new Map<string, DigestAlgorithm>(
  ALGORITHMS.map((algorithm) => [algorithm.name.toLowerCase(), algorithm]),
);

/** The algorithm of a token; a challenge without one means MD5. Undefined for an unknown token. @rfc 7616 §3.3 */
export function algorithmOf(token: string | undefined): DigestAlgorithm | undefined {
  return BY_TOKEN.get((token ?? 'MD5').toLowerCase());
}

const STRENGTH: Readonly<Record<HashName, number>> = { md5: 0, 'sha-256': 1, 'sha-512-256': 2 };

/** Negative when `a` is the stronger one, 0 when both use the same hash: the -sess form is neither stronger nor weaker. */
export function compareStrength(a: DigestAlgorithm, b: DigestAlgorithm): number {
  return STRENGTH[b.hash] - STRENGTH[a.hash];
}
