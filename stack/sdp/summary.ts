import { sdpAttributes, type SdpAttribute } from './attributes.ts';
import { codecsOf } from './codecs.ts';
import { type Direction, parseSdp } from './sdp.ts';

/** What a ladder shows of a description. */
export interface SdpSummary {
  /** Names of the codecs of the first live stream, best first, each once. */
  readonly codecs: readonly string[];
  /** Direction of that stream. */
  readonly direction: Direction;
  /** Kinds of the streams that are not rejected: audio, video. */
  readonly streams: readonly string[];
  /** Every attribute line, in order. */
  readonly attributes: readonly SdpAttribute[];
}

/** Sums up a description in a few words; total. */
export function sdpSummary(text: string): SdpSummary {
  const { media } = parseSdp(text);
  const live = media.filter((m) => m.port !== 0);
  const [first] = live;
  return {
    codecs: first === undefined ? [] : [...new Set(codecsOf(first).map((c) => c.name))],
    direction: first?.direction ?? 'inactive',
    streams: live.map((m) => m.kind),
    attributes: sdpAttributes(text),
  };
}
