import { each, one, tokenWithParams } from './access.ts';

/** The Info Package of an INFO, its name in lower case. @rfc 6086 §7.1 */
export const infoPackage = one('Info-Package', tokenWithParams);

/** The Info Packages one wants to receive; an empty list and an absent header field are alike here. @rfc 6086 §7.2 */
export const recvInfo = each('Recv-Info', tokenWithParams);
