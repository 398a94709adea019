import { sdpOf } from '../agent/body.ts';
import { contentType } from '../message/headers/simple.ts';
import type { SipMessage } from '../message/message.ts';
import type { Crossing } from './header-policy.ts';

/**
 * Rewrites a description on its way to the other leg. It must rewrite the same description in the same way: a 2xx repeats what a provisional
 * response said. @rfc 7092 §3.2.2
 */
export type SdpPolicy = (sdp: string, crossing: Crossing) => string;

/** The body of a message for the other leg. */
export interface Payload {
  readonly body?: string | Uint8Array;
  readonly contentType?: string;
}

const NOTHING: Payload = {};

/** A description is rewritten as the policy says, every other body crosses as it is. */
export function payloadOf(message: SipMessage, policy: SdpPolicy | undefined, crossing: Crossing): Payload {
  const sdp = crossingSdp(message, policy, crossing);
  if (sdp !== undefined) return { body: sdp };
  const { start, end } = message.body;
  const type = message.first('Content-Type');
  if (start === end || type === undefined || contentType(message) === undefined) return NOTHING;
  return { body: message.bytes.slice(start, end), contentType: type };
}

/** The description in a message, as it is on the other leg. */
export function crossingSdp(
  message: SipMessage,
  policy: SdpPolicy | undefined,
  crossing: Crossing,
): string | undefined {
  const sdp = sdpOf(message);
  return sdp === undefined || policy === undefined ? sdp : policy(sdp, crossing);
}
