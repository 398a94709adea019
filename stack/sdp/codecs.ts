import { attributes, type MediaSection } from './sdp.ts';

/** A format of an audio or video stream. */
export interface Codec {
  /** As it stands in the `m=` line. */
  readonly payloadType: string;
  readonly name: string;
  readonly clockRateHz: number;
  /** The value of its `a=fmtp` line, without the payload type. */
  readonly parameters: string | undefined;
}

/** Payload types with a fixed meaning that needs no `a=rtpmap`. @rfc 3551 §6 */
const STATIC: Readonly<Record<string, readonly [name: string, clockRateHz: number]>> = {
  '0': ['PCMU', 8000],
  '3': ['GSM', 8000],
  '4': ['G723', 8000],
  '8': ['PCMA', 8000],
  '9': ['G722', 8000],
  '10': ['L16', 44100],
  '11': ['L16', 44100],
  '13': ['CN', 8000],
  '15': ['G728', 8000],
  '18': ['G729', 8000],
  '26': ['JPEG', 90000],
  '31': ['H261', 90000],
  '34': ['H263', 90000],
};

/** The codecs of a media section in order of preference; formats of unknown meaning keep their number as name. */
export function codecsOf(section: MediaSection): readonly Codec[] {
  const maps = attributes(section.lines, 'rtpmap');
  const parameters = attributes(section.lines, 'fmtp');
  const forType = (lines: readonly string[], type: string): string | undefined =>
    lines.find((l) => l.startsWith(`${type} `))?.slice(type.length + 1);
  return section.formats.map((payloadType) => {
    const [name = '', rate = ''] = forType(maps, payloadType)?.split('/') ?? [];
    const known = Object.hasOwn(STATIC, payloadType) ? STATIC[payloadType] : undefined;
    const [staticName, staticRate] = known ?? [payloadType, 0];
    return {
      payloadType,
      name: name === '' ? staticName : name,
      clockRateHz: name === '' ? staticRate : Number.parseInt(rate, 10) || 0,
      parameters: forType(parameters, payloadType),
    };
  });
}
