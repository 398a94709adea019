import type { AuthHeader } from '../message/headers/digest.ts';

/** RFC 3261 §22 forbids Basic. It is here for tests of peers that take it all the same, and only where it was asked for. @rfc 7617 §2 */
export interface BasicCredentials {
  readonly username: string;
  readonly password: string;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The value of Authorization. Octet text; a user name has no colon. */
export function formatBasic({ username, password }: BasicCredentials): string {
  return `Basic ${toBase64(`${username}:${password}`)}`;
}

/** Reads Basic credentials; undefined for another scheme and for what is malformed. */
export function readBasic({ scheme, token68 }: AuthHeader): BasicCredentials | undefined {
  const text = scheme === 'basic' && token68 !== undefined ? fromBase64(token68) : '';
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

function toBase64(text: string): string {
  let encoded = '';
  for (let at = 0; at < text.length; at += 3) {
    const group = [0, 1, 2].reduce((sum, i) => (sum << 8) | (text.charCodeAt(at + i) & 0xff), 0);
    const length = Math.min(text.length - at, 3);
    for (let i = 0; i < 4; i++) encoded += i <= length ? ALPHABET.charAt((group >> (18 - 6 * i)) & 63) : '=';
  }
  return encoded;
}

/** Empty for what is no base64. */
function fromBase64(encoded: string): string {
  if (!/^[A-Za-z0-9+/]*=*$/.test(encoded)) return '';
  let text = '';
  let bits = 0;
  let count = 0;
  for (const character of encoded.replace(/=+$/, '')) {
    bits = ((bits << 6) | ALPHABET.indexOf(character)) & 0xffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    text += String.fromCharCode((bits >> count) & 0xff);
  }
  return text;
}
