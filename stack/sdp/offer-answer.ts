import { type Codec, codecsOf } from './codecs.ts';
import { type Direction, type MediaSection, parseSdp } from './sdp.ts';

/** The kinds of streams there are for us. */
export type MediaKind = 'audio' | 'video';

/** Our end of the streams of a session. */
export interface LocalMedia {
  /** IP literal for `c=` and `o=`. */
  readonly host: string;
  /** Where we would take RTP of the first stream; the others follow two by two. */
  readonly port: number;
  /** The streams we take, one of each kind; audio when left out. */
  readonly kinds?: readonly MediaKind[];
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

/** Codecs we take of a kind, by name and clock rate. */
const SERVED: Readonly<Record<MediaKind, ReadonlySet<string>>> = {
  audio: new Set(['PCMU/8000', 'PCMA/8000']),
  video: new Set(['H264/90000', 'VP8/90000']),
};
/** Taken beside a codec, but it makes no stream alone. */
const EVENTS = 'TELEPHONE-EVENT/8000';
const ONLY_AUDIO: readonly MediaKind[] = ['audio'];
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

function streamSection(
  kind: MediaKind,
  port: number,
  codecs: readonly Codec[],
  direction: Direction,
): string {
  const attributes = codecs.map(
    ({ payloadType, name, clockRateHz, parameters }) =>
      `a=rtpmap:${payloadType} ${name}/${clockRateHz}\r\n` +
      (parameters === undefined ? '' : `a=fmtp:${payloadType} ${parameters}\r\n`),
  );
  const types = codecs.map((c) => c.payloadType).join(' ');
  return `m=${kind} ${port} RTP/AVP ${types}\r\n${attributes.join('')}a=${direction}\r\n`;
}

/** A section we do not take: same kind, profile and formats, port 0. @rfc 3264 §6 */
const refusedSection = (section: MediaSection): string =>
  `m=${section.kind} 0 ${section.profile} ${section.formats.join(' ')}\r\n`;

/** The codecs of a section that we take; none when the stream is not for us. */
function usableCodecs(section: MediaSection, kind: MediaKind): readonly Codec[] {
  if (section.kind !== kind || section.profile !== 'RTP/AVP' || section.port === 0) return [];
  let hasCodec = false;
  const usable = codecsOf(section).filter((codec) => {
    const key = keyOf(codec);
    const isServed = SERVED[kind].has(key);
    if (isServed) hasCodec = true;
    return isServed || (kind === 'audio' && key === EVENTS);
  });
  return hasCodec ? usable : [];
}

/** A section of an offer that we take. */
interface Chosen {
  readonly section: MediaSection;
  readonly kind: MediaKind;
  readonly port: number;
  readonly codecs: readonly Codec[];
}

function choose(media: readonly MediaSection[], { kinds = ONLY_AUDIO, port }: LocalMedia): readonly Chosen[] {
  return kinds.flatMap((kind, at): Chosen[] => {
    for (const section of media) {
      const codecs = usableCodecs(section, kind);
      if (codecs.length > 0) return [{ section, kind, port: port + 2 * at, codecs }];
    }
    return [];
  });
}

function served(kinds: readonly MediaKind[]): string {
  return kinds
    .map((kind) => `${kind} RTP/AVP ${[...SERVED[kind]].map((key) => key.split('/')[0]).join(' or ')}`)
    .join(', ');
}

/**
 * Answers an offer with one stream of each kind that is ours: the first section that fits; all others are refused in their place.
 * @rfc 3264 §6
 */
export function answerOffer(offer: string, local: LocalMedia): OfferOutcome {
  const { session, media } = parseSdp(offer);
  const chosen = choose(media, local);
  if (chosen.length === 0 && media.some((m) => m.port !== 0)) {
    const offered = media.filter((m) => m.port !== 0).map((m) => `${m.kind} ${m.profile}`);
    return {
      kind: 'refused',
      reason: `no common codec: ${offered.join(', ')} offered, ${served(local.kinds ?? ONLY_AUDIO)} served`,
    };
  }
  // The answer repeats the offer's time. @rfc 3264 §6
  const times = session.filter((l) => l.type === 't').map((l) => `t=${l.value}\r\n`);
  const sections = media.map((m) => {
    const ours = chosen.find(({ section }) => section === m);
    return ours === undefined
      ? refusedSection(m)
      : streamSection(ours.kind, ours.port, ours.codecs, ANSWER_DIRECTION[m.direction]);
  });
  const sdp = sessionPart(local, times.join('') || 't=0 0\r\n') + sections.join('');
  const direction = ANSWER_DIRECTION[chosen[0]?.section.direction ?? 'inactive'];
  return {
    kind: 'answer',
    sdp,
    direction,
    codecs: chosen.flatMap(({ codecs }) => codecs.map((c) => c.name)),
  };
}

/** What we offer: PCMU, PCMA and telephone-event; H264 and VP8. @rfc 4733 §2.4.1, RFC 6184 §8.1, RFC 7741 §6.1 */
const OFFERED: Readonly<Record<MediaKind, readonly Codec[]>> = {
  audio: [
    { payloadType: '0', name: 'PCMU', clockRateHz: 8000, parameters: undefined },
    { payloadType: '8', name: 'PCMA', clockRateHz: 8000, parameters: undefined },
    { payloadType: '101', name: 'telephone-event', clockRateHz: 8000, parameters: '0-16' },
  ],
  video: [
    {
      payloadType: '96',
      name: 'H264',
      clockRateHz: 90_000,
      parameters: 'profile-level-id=42e01f;packetization-mode=1',
    },
    { payloadType: '97', name: 'VP8', clockRateHz: 90_000, parameters: undefined },
  ],
};

/**
 * An offer with one stream of each kind that is ours.
 * @param previous - our description before it: its sections keep their places, the first one of a kind becomes its stream, and the others are
 *   offered no more (port 0). @rfc 3264 §5, §8
 */
export function makeOffer(local: LocalMedia, direction: Direction = 'sendrecv', previous?: string): string {
  const before = previous === undefined ? [] : parseSdp(previous).media;
  const sections = before.map(refusedSection);
  for (const [at, kind] of (local.kinds ?? ONLY_AUDIO).entries()) {
    const place = before.findIndex((m) => m.kind === kind && m.profile === 'RTP/AVP');
    const stream = streamSection(kind, local.port + 2 * at, OFFERED[kind], direction);
    if (place < 0) sections.push(stream);
    else sections[place] = stream;
  }
  return sessionPart(local, 't=0 0\r\n') + sections.join('');
}
