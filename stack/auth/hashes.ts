/** The hash functions of digest authentication. @rfc 7616 §3.2, RFC 8760 §2.1 */
export type HashName = 'md5' | 'sha-256' | 'sha-512-256';

/** Hash functions, given from outside: this folder computes none. */
export interface Hashes {
  /** The digest of octet text in lower-case hexadecimal. */
  digest(name: HashName, text: string): string;
  /** HMAC-SHA-256 with one key, of octet text, in lower-case hexadecimal. @rfc 2104 §2 */
  hmac(key: string): (text: string) => string;
}

/** Whether two texts are equal, in a time that depends on their length only. */
export function equalInConstantTime(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let at = 0; at < a.length; at++) difference |= a.charCodeAt(at) ^ b.charCodeAt(at);
  return difference === 0;
}
