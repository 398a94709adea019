import { parseSdp, type SdpLine } from './sdp.ts';

/** An attribute line and what is known about it. */
export interface SdpAttribute {
  /** Index of its media section; undefined: the session. */
  readonly section: number | undefined;
  readonly name: string;
  /** Undefined for a flag. */
  readonly value: string | undefined;
  /** A few words; undefined for one nobody here knows. */
  readonly meaning: string | undefined;
  /** `RFC 8839` */
  readonly rfc: string | undefined;
}

const KNOWN: Readonly<Record<string, readonly [meaning: string, rfc: string]>> = {
  rtpmap: ['codec of a payload type', 'RFC 8866'],
  fmtp: ['parameters of a format', 'RFC 8866'],
  ptime: ['length of a packet in ms', 'RFC 8866'],
  maxptime: ['longest packet in ms', 'RFC 8866'],
  sendrecv: ['direction', 'RFC 8866'],
  sendonly: ['direction', 'RFC 8866'],
  recvonly: ['direction', 'RFC 8866'],
  inactive: ['direction', 'RFC 8866'],
  framerate: ['video frames per second', 'RFC 8866'],
  lang: ['language', 'RFC 8866'],
  rtcp: ['where RTCP goes', 'RFC 3605'],
  setup: ['who opens the connection', 'RFC 4145'],
  connection: ['new or existing connection', 'RFC 4145'],
  crypto: ['SRTP key in the clear (SDES)', 'RFC 4568'],
  fingerprint: ['certificate of DTLS-SRTP', 'RFC 8122'],
  'tls-id': ['DTLS association', 'RFC 8842'],
  identity: ['asserted identity of the offerer', 'RFC 8827'],
  'ice-ufrag': ['ICE user fragment', 'RFC 8839'],
  'ice-pwd': ['ICE password', 'RFC 8839'],
  'ice-options': ['ICE options', 'RFC 8839'],
  'ice-lite': ['ICE without checks of its own', 'RFC 8839'],
  'ice-pacing': ['pace of the checks in ms', 'RFC 8839'],
  'ice-mismatch': ['default address is no candidate', 'RFC 8839'],
  candidate: ['ICE candidate', 'RFC 8839'],
  'remote-candidates': ['candidates of the peer in use', 'RFC 8839'],
  'end-of-candidates': ['no more candidates follow', 'RFC 8840'],
  mid: ['name of the section', 'RFC 5888'],
  group: ['sections that belong together', 'RFC 5888'],
  'rtcp-mux': ['RTP and RTCP on one port', 'RFC 5761'],
  'rtcp-fb': ['RTCP feedback', 'RFC 4585'],
  ssrc: ['source of the stream', 'RFC 5576'],
  extmap: ['RTP header extension', 'RFC 8285'],
  msid: ['media stream of WebRTC', 'RFC 8830'],
  label: ['name for others', 'RFC 4574'],
  content: ['what the stream shows', 'RFC 4796'],
};

/** All attributes of a description, in order; total. @rfc 8866 §5.13 */
export function sdpAttributes(text: string): readonly SdpAttribute[] {
  const { session, media } = parseSdp(text);
  return [...read(session, undefined), ...media.flatMap(({ lines }, section) => read(lines, section))];
}

function read(lines: readonly SdpLine[], section: number | undefined): readonly SdpAttribute[] {
  return lines
    .filter((line) => line.type === 'a')
    .map(({ value }) => {
      const colon = value.indexOf(':');
      const name = colon < 0 ? value : value.slice(0, colon);
      const [meaning, rfc] = Object.hasOwn(KNOWN, name) ? (KNOWN[name] ?? []) : [];
      return { section, name, value: colon < 0 ? undefined : value.slice(colon + 1), meaning, rfc };
    });
}
