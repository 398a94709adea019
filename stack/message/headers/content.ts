import { DOT } from '../chars.ts';
import { each, one, tokenWithParams } from './access.ts';
import type { Params } from './reader.ts';

/** @rfc 3261 §20.11 */
export interface ContentDisposition {
  /** In lower case: `session`, `render`, `icon`, `alert`, `early-session`... */
  readonly type: string;
  /** Whether a receiver that does not understand the body refuses the message; `required` when not said. */
  readonly handling: string;
  readonly params: Params;
}

/** What the body is for; undefined when absent or malformed. */
export const contentDisposition = one('Content-Disposition', (reader): ContentDisposition | undefined => {
  const read = tokenWithParams(reader);
  if (read === undefined) return undefined;
  const { value: type, params } = read;
  return { type, handling: params.get('handling')?.toLowerCase() ?? 'required', params };
});

/** How the body is packed, in lower case, in the order applied. @rfc 3261 §20.12 */
export const contentEncoding = each('Content-Encoding', (reader) => reader.token()?.toLowerCase());

/** Language tags of the body in lower case. @rfc 3261 §20.13 */
export const contentLanguage = each('Content-Language', (reader) => reader.token()?.toLowerCase());

/** The identifier of the body without its brackets. @rfc 8262 §3.2 */
export const contentId = one('Content-ID', (reader) => reader.bracketed());

/** `1.0`. @rfc 3261 §20.24 */
export const mimeVersion = one('MIME-Version', (reader): string | undefined => {
  const major = reader.number();
  const hasDot = reader.sign(DOT);
  const minor = reader.number();
  return major === undefined || minor === undefined || !hasDot ? undefined : `${major}.${minor}`;
});
