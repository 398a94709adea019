import { nameAddrs } from './name-addr.ts';

/** The proxies between a registrar and the one who registered, the nearest to the registrar first. @rfc 3327 §4 */
export const path = nameAddrs('Path');

/** The route the home network wants requests to take, in the order of visits. @rfc 3608 §5 */
export const serviceRoute = nameAddrs('Service-Route');
