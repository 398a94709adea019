import { createHmac, createSecretKey, hash } from 'node:crypto';
import type { HashName, Hashes } from '../hashes.ts';

/** OpenSSL's names of the hash functions. */
const NAMES: Readonly<Record<HashName, string>> = {
  md5: 'md5',
  'sha-256': 'sha256',
  'sha-512-256': 'sha512-256',
};

/** The hash functions of Node. */
export const nodeHashes: Hashes = {
  // Node takes a string as UTF-8, which is the same octets for ASCII, and saves the copy.
  digest: (name, text) =>
    hash(NAMES[name], /[\x80-\uffff]/.test(text) ? Buffer.from(text, 'latin1') : text, 'hex'),
  hmac: (key) => {
    const secret = createSecretKey(key, 'latin1');
    return (text) => createHmac('sha256', secret).update(text, 'latin1').digest('hex');
  },
};
