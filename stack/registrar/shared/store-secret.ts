import { asciiJson } from './binding-document.ts';
import type { StoreConnection } from './store-driver.ts';

/** No address of record is called like this. */
const KEY = 'secret';
const HEAD = '{"secret":';
/** Not of interest to anybody who listens: an announcement without a name is none. */
const NO_NOTE = '{}';

/** Whether a document is the secret of the store instead of bindings. */
export function isSecretDocument(text: string): boolean {
  return text.startsWith(HEAD);
}

/**
 * The secret that every process on a store has in common, and that outlives them.
 * @param fresh - becomes the secret where there is none yet.
 * @rfc 5627 §5.4
 */
export async function secretOf(connection: StoreConnection, fresh: string): Promise<string> {
  const known = await connection.read(KEY);
  if (known === undefined && (await connection.swap(KEY, undefined, asciiJson({ secret: fresh }), NO_NOTE)))
    return fresh;
  const text = known ?? (await connection.read(KEY)) ?? '';
  const document: unknown = isSecretDocument(text) ? JSON.parse(text) : undefined;
  if (
    typeof document === 'object' &&
    document !== null &&
    'secret' in document &&
    typeof document.secret === 'string'
  )
    return document.secret;
  throw new Error('the secret in the store is none');
}
