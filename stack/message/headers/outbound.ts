import { MAX_DELTA, one } from './access.ts';

/** How long a flow may stay silent before the edge proxy takes it for dead, in seconds. @rfc 5626 §4.4, §10 */
export const flowTimer = one('Flow-Timer', (reader) => reader.number(MAX_DELTA));
