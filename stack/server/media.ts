import { sdpOf } from '../agent/body.ts';
import type { Reply, ServerRequest } from '../agent/handler.ts';
import { checkNext } from '../sdp/check.ts';
import { answerOffer, makeOffer } from '../sdp/offer-answer.ts';
import { continuing, originOf } from '../sdp/origin.ts';

/** What a server says about media: one audio stream, a video stream beside it, nothing at all, or always the same text. */
export type SdpProfile = 'audio-only' | 'audio-video' | 'none' | { readonly sdp: string };

/** For sentences about a server: `with one audio stream`. */
export function describeMedia(profile: SdpProfile): string {
  if (typeof profile !== 'string') return 'with the session description of a file';
  return {
    none: 'without a session description',
    'audio-only': 'with one audio stream (PCMU, PCMA, DTMF)',
    'audio-video': 'with an audio stream (PCMU, PCMA, DTMF) and a video stream (H264, VP8)',
  }[profile];
}

const AUDIO = ['audio'] as const;
const AUDIO_AND_VIDEO = ['audio', 'video'] as const;

/** The final response to a request that may carry an offer. */
export interface MediaReply {
  readonly status: 200 | 400 | 488;
  readonly reply: Reply;
}

/** @rfc 8866 §5.1 */
const IS_SDP = /^v=0\r?\n/;

/** Named in descriptions. No media is received in this version, so nothing listens there. */
const RTP_PORT = 40_000;

/**
 * Answers the offer of a request; one without gets an offer. An offer with nothing for us gets 488. A description that differs from ours
 * before it has the next version. What is no description gets 400, and an offer that takes media sections away 488.
 * @rfc 3264 §6, §8, RFC 3261 §13.3.1
 */
export function mediaReply(request: ServerRequest, profile: SdpProfile): MediaReply {
  if (profile === 'none') return { status: 200, reply: {} };
  const offer = sdpOf(request.message);
  const previous = request.session?.offers.lastSent;
  if (typeof profile !== 'string') return accepted(continuing(previous, profile.sdp));
  const kinds = profile === 'audio-video' ? AUDIO_AND_VIDEO : AUDIO;
  const origin = originOf(previous) ?? { sessionId: String(request.ids.cseq()), version: 1 };
  const local = { host: request.localHost, port: RTP_PORT, kinds, ...origin };
  if (offer === undefined) return accepted(continuing(previous, makeOffer(local, 'sendrecv', previous)));
  if (!IS_SDP.test(offer)) return { status: 400, reply: { reason: 'Malformed Session Description' } };
  const before = request.session?.offers.remoteSdp;
  const changes = before === undefined ? [] : checkNext(before, offer);
  const shrunk = changes.find(({ code }) => code === 'm-line-count');
  if (shrunk !== undefined) return refused(request.localHost, 399, shrunk.message);
  const outcome = answerOffer(offer, local);
  return outcome.kind === 'answer'
    ? accepted(continuing(previous, outcome.sdp))
    : refused(request.localHost, 304, outcome.reason);
}

function accepted(sdp: string): MediaReply {
  return { status: 200, reply: { body: sdp } };
}

/** @param code - 304: media type not available; 399: anything else. @rfc 3261 §20.43 */
function refused(host: string, code: 304 | 399, reason: string): MediaReply {
  const agent = host.includes(':') ? `[${host}]` : host;
  const text = reason.replace(/["\\]/g, '');
  return { status: 488, reply: { headers: [['Warning', `${code} ${agent} "${text}"`]] } };
}
