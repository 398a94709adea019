import { createHash } from 'node:crypto';
import type { HashName, Hashes } from '../hashes.ts';

/** OpenSSL's names of the hash functions. */
const NAMES: Readonly<Record<HashName, string>> = {
  md5: 'md5',
  'sha-256': 'sha256',
  'sha-512-256': 'sha512-256',
};

/** The hash functions of Node. */
export const nodeHashes: Hashes = {
  digest: (name, text) => createHash(NAMES[name]).update(text, 'latin1').digest('hex'),
};
