import { nameAddrs } from './name-addr.ts';

/** @rfc 7044 */
export const historyInfo = nameAddrs('History-Info');
