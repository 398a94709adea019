import type { SipMessage } from '../message/message.ts';
import { octetText } from '../message/octets.ts';

/** The body as octet text; empty without one. */
export function bodyText({ bytes, body }: SipMessage): string {
  return octetText(bytes, body.start, body.end);
}
