import { each } from './access.ts';
import type { Params } from './reader.ts';

/** Information one user has for the other. @rfc 7433 §4.1 */
export interface UserToUser {
  /** As written, quotes removed: hexadecimal digits when the encoding is `hex`. */
  readonly data: string;
  readonly encoding: string | undefined;
  readonly purpose: string | undefined;
  readonly content: string | undefined;
  readonly params: Params;
}

/** All values; that each is `hex` or of a known purpose is for its user to see. */
export const userToUser = each('User-to-User', (reader): UserToUser | undefined => {
  const data = reader.quoted() ?? reader.token();
  const params = reader.params();
  if (data === undefined || params === undefined) return undefined;
  return {
    data,
    encoding: params.get('encoding'),
    purpose: params.get('purpose'),
    content: params.get('content'),
    params,
  };
});
