import { contentType } from '../message/headers/simple.ts';
import type { SipMessage } from '../message/message.ts';
import { octetText } from '../message/octets.ts';

export const SDP_TYPE = 'application/sdp';

/** The body when it is a session description; undefined otherwise. */
export function sdpOf(message: SipMessage): string | undefined {
  const { start, end } = message.body;
  if (start === end || contentType(message) !== SDP_TYPE) return undefined;
  return octetText(message.bytes, start, end);
}

/** Text of a body that we send, when it is a session description. */
export function sentSdp(
  body: string | Uint8Array | undefined,
  mediaType: string | undefined,
): string | undefined {
  if (body === undefined || body.length === 0) return undefined;
  if (mediaType !== undefined && mediaType.toLowerCase() !== SDP_TYPE) return undefined;
  return typeof body === 'string' ? body : octetText(body);
}
