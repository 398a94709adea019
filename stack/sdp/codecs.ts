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

/** What the attributes of a section say of each payload type: `a=name:type rest`. The first one counts. */
function byType({ lines }: MediaSection, name: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const value of attributes(lines, name)) {
    const space = value.indexOf(' ');
    const type = value.slice(0, Math.max(space, 0));
    if (!found.has(type)) found.set(type, value.slice(space + 1));
  }
  return found;
}

/** The codecs of a media section in order of preference; formats of unknown meaning keep their number as name. */
export function codecsOf(section: MediaSection): readonly Codec[] {
  const maps = byType(section, 'rtpmap');
  const parameters = byType(section, 'fmtp');
  return section.formats.map((payloadType) => {
    const [name = '', rate = ''] = maps.get(payloadType)?.split('/') ?? [];
    const known = Object.hasOwn(STATIC, payloadType) ? STATIC[payloadType] : undefined;
    const [staticName, staticRate] = known ?? [payloadType, 0];
    return {
      payloadType,
      name: name === '' ? staticName : name,
      clockRateHz: name === '' ? staticRate : Number.parseInt(rate, 10) || 0,
      parameters: parameters.get(payloadType),
    };
  });
}
