import { type Codec, codecsOf } from './codecs.ts';
import { type Direction, type MediaSection, parseSdp } from './sdp.ts';

/** Our end of an audio stream. */
export interface LocalMedia {
  /** IP literal for `c=` and `o=`. */
  readonly host: string;
  /** Where we would take RTP. */
  readonly port: number;
  /** Numeric session id of `o=`: the same for all descriptions of a session. @rfc 8866 §5.2 */
  readonly sessionId: string;
  /** Version of `o=`: one higher with every changed description. @rfc 3264 §8 */
  readonly version: number;
}

/** What an offer leads to. */
export type OfferOutcome =
  | {
      readonly kind: 'answer';
      readonly sdp: string;
      readonly direction: Direction;
      readonly codecs: readonly string[];
    }
  /** Nothing in the offer can be used: 488 with this text in Warning. @rfc 3261 §13.3.1.3 */
  | { readonly kind: 'refused'; readonly reason: string };

/** Codecs we take, by name and clock rate; telephone-event alone makes no stream. */
const AUDIO = new Set(['PCMU/8000', 'PCMA/8000']);
const EVENTS = 'TELEPHONE-EVENT/8000';
const keyOf = (codec: Codec): string => `${codec.name.toUpperCase()}/${codec.clockRateHz}`;

/** What the answerer says to each direction. @rfc 3264 §6.1 */
const ANSWER_DIRECTION: Readonly<Record<Direction, Direction>> = {
  sendrecv: 'sendrecv',
  sendonly: 'recvonly',
  recvonly: 'sendonly',
  inactive: 'inactive',
};

/** @rfc 8866 §5: the session part, up to the first media section. */
function sessionPart(local: LocalMedia, timing: string): string {
  const address = `IN ${local.host.includes(':') ? 'IP6' : 'IP4'} ${local.host}`;
  return `v=0\r\no=siphon ${local.sessionId} ${local.version} ${address}\r\ns=-\r\nc=${address}\r\n${timing}`;
}

function audioSection(port: number, codecs: readonly Codec[], direction: Direction): string {
  const attributes = codecs.map(
    ({ payloadType, name, clockRateHz, parameters }) =>
      `a=rtpmap:${payloadType} ${name}/${clockRateHz}\r\n` +
      (parameters === undefined ? '' : `a=fmtp:${payloadType} ${parameters}\r\n`),
  );
  const types = codecs.map((c) => c.payloadType).join(' ');
  return `m=audio ${port} RTP/AVP ${types}\r\n${attributes.join('')}a=${direction}\r\n`;
}

/** A section we do not take: same kind, profile and formats, port 0. @rfc 3264 §6 */
const refusedSection = (section: MediaSection): string =>
  `m=${section.kind} 0 ${section.profile} ${section.formats.join(' ')}\r\n`;

/** The codecs of a section that we take; none when the stream is not for us. */
function usableCodecs(section: MediaSection): readonly Codec[] {
  if (section.kind !== 'audio' || section.profile !== 'RTP/AVP' || section.port === 0) return [];
  let hasAudio = false;
  const usable = codecsOf(section).filter((codec) => {
    const key = keyOf(codec);
    const isAudio = AUDIO.has(key);
    if (isAudio) hasAudio = true;
    return isAudio || key === EVENTS;
  });
  return hasAudio ? usable : [];
}

/**
 * Answers an offer with one audio stream: the first one that fits; all other sections are refused in their place.
 * @rfc 3264 §6
 */
export function answerOffer(offer: string, local: LocalMedia): OfferOutcome {
  const { session, media } = parseSdp(offer);
  let codecs: readonly Codec[] = [];
  const chosen = media.find((section) => {
    codecs = usableCodecs(section);
    return codecs.length > 0;
  });
  if (chosen === undefined && media.some((m) => m.port !== 0)) {
    const offered = media.filter((m) => m.port !== 0).map((m) => `${m.kind} ${m.profile}`);
    return {
      kind: 'refused',
      reason: `no common codec: ${offered.join(', ')} offered, audio RTP/AVP PCMU or PCMA served`,
    };
  }
  // The answer repeats the offer's time. @rfc 3264 §6
  const times = session.filter((l) => l.type === 't').map((l) => `t=${l.value}\r\n`);
  const direction = ANSWER_DIRECTION[chosen?.direction ?? 'inactive'];
  const sections = media.map((m) =>
    m === chosen ? audioSection(local.port, codecs, direction) : refusedSection(m),
  );
  const sdp = sessionPart(local, times.join('') || 't=0 0\r\n') + sections.join('');
  return { kind: 'answer', sdp, direction, codecs: codecs.map((c) => c.name) };
}

/** What we offer: PCMU, PCMA and telephone-event. @rfc 4733 §2.4.1 */
const OFFERED: readonly Codec[] = [
  { payloadType: '0', name: 'PCMU', clockRateHz: 8000, parameters: undefined },
  { payloadType: '8', name: 'PCMA', clockRateHz: 8000, parameters: undefined },
  { payloadType: '101', name: 'telephone-event', clockRateHz: 8000, parameters: '0-16' },
];

/**
 * An offer with one audio stream.
 * @param previous - our description before it: its sections keep their places, the first audio one becomes the stream, and the others are
 *   offered no more (port 0). @rfc 3264 §5, §8
 */
export function makeOffer(local: LocalMedia, direction: Direction = 'sendrecv', previous?: string): string {
  const audio = audioSection(local.port, OFFERED, direction);
  const before = previous === undefined ? [] : parseSdp(previous).media;
  const place = before.findIndex((m) => m.kind === 'audio' && m.profile === 'RTP/AVP');
  const sections = before.map((m, at) => (at === place ? audio : refusedSection(m)));
  if (place < 0) sections.push(audio);
  return sessionPart(local, 't=0 0\r\n') + sections.join('');
}
