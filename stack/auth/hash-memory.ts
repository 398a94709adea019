import type { HashName, Hashes } from './hashes.ts';

/** Texts remembered of one function; when they are full, the older half goes. */
const MAX_TEXTS = 20_000;

/**
 * The same functions, but a text that was hashed lately is looked up: for what comes again with each request of a user, H(user:realm:password)
 * and H(method:uri). Not for texts with a nonce in them, which come once.
 */
export function withMemory(hashes: Hashes): Pick<Hashes, 'digest'> {
  const known = new Map<HashName, { young: Map<string, string>; old: Map<string, string> }>();
  return {
    digest(name, text) {
      let memory = known.get(name);
      if (memory === undefined) known.set(name, (memory = { young: new Map(), old: new Map() }));
      const found = memory.young.get(text);
      if (found !== undefined) return found;
      const digest = memory.old.get(text) ?? hashes.digest(name, text);
      if (memory.young.size >= MAX_TEXTS / 2) {
        memory.old = memory.young;
        memory.young = new Map();
      }
      memory.young.set(text, digest);
      return digest;
    },
  };
}
