import { userHash } from './digest.ts';
import type { HashName, Hashes } from './hashes.ts';

/** Finds users by the hash of their name. Each name is hashed once, when a hash that is not known is asked for. @rfc 7616 §3.4.4 */
export class HashedNames {
  readonly #hashes: Hashes;
  readonly #realm: string;
  readonly #names: () => Iterable<string>;
  readonly #tables = new Map<
    HashName,
    { readonly hashed: Set<string>; readonly byHash: Map<string, string> }
  >();

  constructor(hashes: Hashes, realm: string, names: () => Iterable<string>) {
    this.#hashes = hashes;
    this.#realm = realm;
    this.#names = names;
  }

  find(hash: HashName, wanted: string): string | undefined {
    const table = this.#tables.get(hash) ?? { hashed: new Set<string>(), byHash: new Map<string, string>() };
    this.#tables.set(hash, table);
    const { hashed, byHash } = table;
    const lower = wanted.toLowerCase();
    if (byHash.has(lower)) return byHash.get(lower);
    for (const username of this.#names()) {
      if (hashed.has(username)) continue;
      hashed.add(username);
      byHash.set(userHash(this.#hashes, hash, { username, realm: this.#realm }), username);
    }
    return byHash.get(lower);
  }
}
