import type { SipMessage } from '../message/message.ts';
import { toBytes } from '../message/octets.ts';
import { parseMessage } from '../message/parse.ts';

/** A request with these header lines and no others, for tests of header accessors. */
export function withHeaders(...lines: readonly string[]): SipMessage {
  return parseMessage(
    toBytes(`OPTIONS sip:a@b SIP/2.0\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`),
  );
}
