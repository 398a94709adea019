import { contentType } from './headers/simple.ts';
import type { SipMessage } from './message.ts';

/** Whether the Content-Type says that the body is a session description. @rfc 3261 §20.15, RFC 8866 §8.1 */
export const carriesSdp = (message: SipMessage): boolean =>
  /^application\/sdp\b/i.test(contentType(message) ?? '');
