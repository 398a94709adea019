import type { DigestAlgorithm } from './algorithms.ts';
import type { HashName, Hashes } from './hashes.ts';

/** What a digest protects: the head of the request, or its body too. @rfc 7616 §3.3 */
export type Qop = 'auth' | 'auth-int';

/** What a user proves to know: the password, or hashes of `user:realm:password` made from it. All octet text. */
export type UserSecret =
  { readonly password: string } | { readonly ha1: Readonly<Partial<Record<HashName, string>>> };

/** Whose secret it is. */
export interface Principal {
  readonly username: string;
  readonly realm: string;
}

/** Everything that goes into a response. All octet text. @rfc 7616 §3.4.1 */
export interface DigestInput {
  readonly algorithm: DigestAlgorithm;
  /** H(user:realm:password). */
  readonly ha1: string;
  readonly nonce: string;
  /** Without it the response is that of RFC 2069: nc and cnonce do not count. */
  readonly qop: Qop | undefined;
  readonly nc: string;
  readonly cnonce: string;
  /** Empty for the rspauth of a server. @rfc 7616 §3.5 */
  readonly method: string;
  readonly uri: string;
  /** The body, for `auth-int`. */
  readonly body: string;
}

/** H(user:realm:password); undefined when the secret has no hash of that function. @rfc 7616 §3.4.2 */
export function ha1Of(
  hashes: Pick<Hashes, 'digest'>,
  hash: HashName,
  { username, realm }: Principal,
  secret: UserSecret,
): string | undefined {
  if ('ha1' in secret) return secret.ha1[hash]?.toLowerCase();
  return hashes.digest(hash, `${username}:${realm}:${secret.password}`);
}

/** The name of a user who is not to be seen. @rfc 7616 §3.4.4 */
export function userHash(hashes: Hashes, hash: HashName, { username, realm }: Principal): string {
  return hashes.digest(hash, `${username}:${realm}`);
}

/** The value of `response`, or with an empty method that of `rspauth`. @rfc 7616 §3.4.1 - §3.4.3 */
export function digestResponse(hashes: Hashes, input: DigestInput): string {
  const { algorithm, nonce, qop, nc, cnonce } = input;
  const h = (text: string): string => hashes.digest(algorithm.hash, text);
  const ha1 = algorithm.isSession ? h(`${input.ha1}:${nonce}:${cnonce}`) : input.ha1;
  const a2 = `${input.method}:${input.uri}`;
  const ha2 = h(qop === 'auth-int' ? `${a2}:${h(input.body)}` : a2);
  return h(qop === undefined ? `${ha1}:${nonce}:${ha2}` : `${ha1}:${nonce}:${nc}:${cnonce}:${qop}:${ha2}`);
}
