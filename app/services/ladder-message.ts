import { carriesSdp } from '../../stack/message/carries-sdp.ts';
import { cseq } from '../../stack/message/headers/cseq.ts';
import type { SipMessage } from '../../stack/message/message.ts';
import { decodeText, octetText } from '../../stack/message/octets.ts';
import type { LadderMessage } from '../contract/ladder-message.ts';

/** A longer message is shown cut; Traffic has it whole. */
const MAX_TEXT_BYTES = 16 * 1024;

/** What an arrow says of its message. */
export function ladderMessage(message: SipMessage): LadderMessage {
  const { startLine, bytes } = message;
  const method = startLine.kind === 'request' ? startLine.method : (cseq(message)?.method ?? '');
  const titles = {
    request: () => method,
    response: () => (startLine.kind === 'response' ? `${startLine.status} ${startLine.reason}`.trim() : ''),
    invalid: () => 'no SIP message',
  };
  return {
    title: decodeText(titles[startLine.kind]()),
    method: decodeText(method),
    ...(startLine.kind === 'response' && { status: startLine.status }),
    hasSdp: carriesSdp(message),
    text: decodeText(octetText(bytes, 0, Math.min(bytes.length, MAX_TEXT_BYTES))),
  };
}
