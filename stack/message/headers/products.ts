import { SLASH } from '../chars.ts';
import { lines } from './access.ts';
import type { Reader } from './reader.ts';

/** A product, perhaps with its version, or a comment. @rfc 3261 §20.35, §20.41 */
export type Product =
  | { readonly kind: 'product'; readonly name: string; readonly version: string | undefined }
  | { readonly kind: 'comment'; readonly text: string };

/** All products of a line; none when something in it is neither product nor comment. */
function products(reader: Reader): readonly Product[] {
  const found: Product[] = [];
  while (!reader.isAtEnd) {
    const text = reader.comment();
    if (text !== undefined) found.push({ kind: 'comment', text });
    else {
      const name = reader.token();
      if (name === undefined) return [];
      const version = reader.sign(SLASH) ? reader.token() : undefined;
      found.push({ kind: 'product', name, version });
    }
    reader.space();
  }
  return found;
}

/** What the server is made of. @rfc 3261 §20.35 */
export const serverProducts = lines('Server', products);
/** What the client is made of. @rfc 3261 §20.41 */
export const userAgentProducts = lines('User-Agent', products);
