import { STAR } from '../chars.ts';
import { each } from './access.ts';
import type { Params, Reader } from './reader.ts';

/** What the caller wants of the one who answers. @rfc 3841 §9.2 */
export interface ContactPreference {
  /** Feature parameters with their values as written, `require` and `explicit` included. */
  readonly params: Params;
  readonly isRequired: boolean;
  readonly isExplicit: boolean;
}

/** `*` with feature parameters. */
function preference(reader: Reader): ContactPreference | undefined {
  const isStar = reader.sign(STAR);
  const params = reader.params();
  if (!isStar || params === undefined) return undefined;
  return { params, isRequired: params.has('require'), isExplicit: params.has('explicit') };
}

/** What the answering side shall be able to do. @rfc 3841 §9.2 */
export const acceptContact = each('Accept-Contact', preference);
/** What it shall not be. @rfc 3841 §9.2 */
export const rejectContact = each('Reject-Contact', preference);
/** How proxies shall treat the request, in lower case: `proxy`, `no-fork`, `sequential`... @rfc 3841 §9.1 */
export const requestDisposition = each('Request-Disposition', (reader) => reader.token()?.toLowerCase());
