import { one } from './access.ts';
import { nameAddr } from './name-addr.ts';

/** Where a REFER sends its receiver. @rfc 3515 §2.1 */
export const referTo = nameAddr('Refer-To');

/** Who referred; the `cid` parameter names the token in the body. @rfc 3892 §3 */
export const referredBy = nameAddr('Referred-By');

/** Whether a REFER makes a subscription; undefined when nothing is said, which means true. @rfc 4488 §4 */
export const referSub = one('Refer-Sub', (reader): boolean | undefined => {
  const word = reader.token()?.toLowerCase();
  if (reader.params() === undefined) return undefined;
  return word === 'true' ? true : word === 'false' ? false : undefined;
});
