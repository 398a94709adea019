import { nameAddrs } from './name-addr.ts';

/** Who a trusted network says the sender is: one or two values. @rfc 3325 §9.1 */
export const assertedIdentities = nameAddrs('P-Asserted-Identity');

/** Which of its identities the sender wants asserted. @rfc 3325 §9.2 */
export const preferredIdentities = nameAddrs('P-Preferred-Identity');
