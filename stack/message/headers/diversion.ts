import { nameAddrs } from './name-addr.ts';

/** @rfc 5806 */
export const diversions = nameAddrs('Diversion');
