/** The hash functions of digest authentication. @rfc 7616 §3.2, RFC 8760 §2.1 */
export type HashName = 'md5' | 'sha-256' | 'sha-512-256';

/** Hash functions, given from outside: this folder computes none. */
export interface Hashes {
  /** The digest of octet text in lower-case hexadecimal. */
  digest(name: HashName, text: string): string;
}

/** Octets of a block of SHA-256. */
const BLOCK_SIZE = 64;

/** A keyed hash with one secret: HMAC-SHA-256 in hexadecimal. @rfc 2104 §2 */
export function createHmac(hashes: Hashes, secret: string): (text: string) => string {
  const key = secret.length > BLOCK_SIZE ? octetsOfHex(hashes.digest('sha-256', secret)) : secret;
  const inner = masked(key, 0x36);
  const outer = masked(key, 0x5c);
  return (text) => hashes.digest('sha-256', outer + octetsOfHex(hashes.digest('sha-256', inner + text)));
}

function masked(key: string, mask: number): string {
  let text = '';
  for (let at = 0; at < BLOCK_SIZE; at++)
    text += String.fromCharCode((at < key.length ? key.charCodeAt(at) : 0) ^ mask);
  return text;
}

function octetsOfHex(hex: string): string {
  let text = '';
  for (let at = 0; at < hex.length; at += 2)
    text += String.fromCharCode(Number.parseInt(hex.slice(at, at + 2), 16));
  return text;
}

/** Whether two texts are equal, in a time that depends on their length only. */
export function equalInConstantTime(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let at = 0; at < a.length; at++) difference |= a.charCodeAt(at) ^ b.charCodeAt(at);
  return difference === 0;
}
