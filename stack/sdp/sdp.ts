/** One line `type=value` of a session description, as it came. Offsets count from the start of the description. */
export interface SdpLine {
  /** The letter before `=`; empty where the line has no such form. */
  readonly type: string;
  readonly value: string;
  readonly start: number;
  /** Without the line end. */
  readonly end: number;
  /** What ended it: CRLF, a bare LF, or nothing at the end of the text. */
  readonly lineEnd: '\r\n' | '\n' | '';
}

export const DIRECTIONS = ['sendrecv', 'sendonly', 'recvonly', 'inactive'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** A media section: its `m=` line and what follows up to the next. */
export interface MediaSection {
  readonly lines: readonly SdpLine[];
  /** `audio`, `video`, ... */
  readonly kind: string;
  /** 0: rejected or withdrawn. @rfc 3264 §8.2 */
  readonly port: number;
  /** `RTP/AVP` */
  readonly profile: string;
  /** Payload types, or what else the profile lists. */
  readonly formats: readonly string[];
  /** Its own direction attribute, else the session's, else sendrecv. @rfc 8866 §6.7 */
  readonly direction: Direction;
}

/** A session description: every line is kept, so that `formatSdp` gives the same octets back. @rfc 8866 */
export interface Sdp {
  readonly session: readonly SdpLine[];
  readonly media: readonly MediaSection[];
}

const [LF, CR] = [0x0a, 0x0d] as const;

function readLines(text: string): SdpLine[] {
  const lines: SdpLine[] = [];
  for (let start = 0; start < text.length;) {
    let end = start;
    while (end < text.length && text.charCodeAt(end) !== CR && text.charCodeAt(end) !== LF) end++;
    const lineEnd = text.startsWith('\r\n', end) ? '\r\n' : text.charCodeAt(end) === LF ? '\n' : '';
    // A lone CR is part of the value: nothing of the text may be lost.
    if (lineEnd === '' && end < text.length) end++;
    const isTyped = end > start + 1 && text.charAt(start + 1) === '=';
    const type = isTyped ? text.charAt(start) : '';
    lines.push({ type, value: text.slice(isTyped ? start + 2 : start, end), start, end, lineEnd });
    start = end + lineEnd.length;
  }
  return lines;
}

const IS_DIRECTION: ReadonlySet<string> = new Set(DIRECTIONS);

/** The first one counts. */
const directionOf = (lines: readonly SdpLine[]): Direction | undefined =>
  lines.find((l) => l.type === 'a' && IS_DIRECTION.has(l.value))?.value as Direction | undefined;

function readMedia(lines: readonly SdpLine[], inherited: Direction): MediaSection {
  const [kind = '', port = '', profile = '', ...formats] = (lines[0]?.value ?? '')
    .split(' ')
    .filter((w) => w !== '');
  return {
    lines,
    kind,
    // `49170/2` asks for two ports in a row; the first one tells whether the stream is wanted.
    port: /^\d{1,5}(\/\d+)?$/.test(port) ? Number.parseInt(port, 10) : 0,
    profile,
    formats,
    direction: directionOf(lines) ?? inherited,
  };
}

/** Parses a session description; total: whatever is no line of SDP is kept as one without type. */
export function parseSdp(text: string): Sdp {
  const lines = readLines(text);
  const starts = lines.flatMap((line, i) => (line.type === 'm' ? [i] : []));
  const session = lines.slice(0, starts[0] ?? lines.length);
  const inherited = directionOf(session) ?? 'sendrecv';
  const media = starts.map((at, i) => readMedia(lines.slice(at, starts[i + 1] ?? lines.length), inherited));
  return { session, media };
}

/** The text of a description; for a parsed one the very text it came from. */
export function formatSdp(sdp: Sdp): string {
  const lines = [...sdp.session, ...sdp.media.flatMap((m) => m.lines)];
  return lines.map((l) => `${l.type === '' ? '' : `${l.type}=`}${l.value}${l.lineEnd}`).join('');
}

/** Values of the attribute lines `a=name:value` of a section, without the name. */
export function attributes(lines: readonly SdpLine[], name: string): readonly string[] {
  const start = `${name}:`;
  return lines
    .filter(({ type, value }) => type === 'a' && value.startsWith(start))
    .map(({ value }) => value.slice(start.length));
}
