import { continuing } from './origin.ts';
import { DIRECTIONS, formatSdp, parseSdp, type Direction, type MediaSection, type SdpLine } from './sdp.ts';

/** @rfc 3264 §8.4 */
const HELD: Readonly<Record<Direction, Direction>> = {
  sendrecv: 'sendonly',
  sendonly: 'sendonly',
  recvonly: 'inactive',
  inactive: 'inactive',
};

const RESUMED: Readonly<Record<Direction, Direction>> = {
  sendrecv: 'sendrecv',
  sendonly: 'sendrecv',
  recvonly: 'recvonly',
  inactive: 'recvonly',
};

/**
 * A description of ours that puts the peer on hold: nothing is taken from it any more. Every other line stays; the version counts on when
 * something changed.
 * @rfc 3264 §8.4
 */
export function hold(sdp: string): string {
  return redirected(sdp, HELD);
}

/** The reverse of {@link hold}: takes what the peer sends again. @rfc 3264 §8.4 */
export function resume(sdp: string): string {
  return redirected(sdp, RESUMED);
}

function redirected(sdp: string, next: Readonly<Record<Direction, Direction>>): string {
  const { session, media } = parseSdp(sdp);
  const changed = media.map((section) =>
    section.port === 0 ? section : withDirection(section, next[section.direction]),
  );
  return continuing(sdp, formatSdp({ session, media: changed }));
}

function withDirection(section: MediaSection, direction: Direction): MediaSection {
  if (section.direction === direction) return section;
  const at = section.lines.findIndex(isDirection);
  const old = section.lines[at];
  if (old !== undefined)
    return { ...section, lines: section.lines.map((l) => (l === old ? { ...l, value: direction } : l)) };
  const ended = section.lines.map((l) => (l.lineEnd === '' ? { ...l, lineEnd: '\r\n' as const } : l));
  const line: SdpLine = { type: 'a', value: direction, start: 0, end: 0, lineEnd: '\r\n' };
  return { ...section, lines: [...ended, line] };
}

function isDirection({ type, value }: SdpLine): boolean {
  return type === 'a' && DIRECTIONS.some((d) => d === value);
}
