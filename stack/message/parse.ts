import type { SipMessage } from './message.ts';
import { ParsedMessage } from './parsed-message.ts';

/**
 * Parses octets as a SIP message. Total: whatever the octets are, the result is a message, and what is wrong with it is data.
 * The octets are kept, not copied; the caller must not change them afterwards.
 * @rfc 3261 §7
 */
export function parseMessage(bytes: Uint8Array): SipMessage {
  return new ParsedMessage(bytes);
}
