const CR = 13;
const LF = 10;
const GET = [71, 69, 84, 32];
/** A request line of HTTP longer than this is none that a WebSocket client writes. */
const LONGEST_LINE = 8192;

/** What a peer speaks on a port that takes both. */
export type FirstSpeech = 'sip' | 'http';

/**
 * Tells SIP from a WebSocket handshake by the first line: only `GET … HTTP/1.1` is HTTP, whatever else there is goes to SIP.
 * @returns undefined while the octets do not tell yet.
 */
export function firstSpeech(bytes: Uint8Array): FirstSpeech | undefined {
  for (let at = 0; at < GET.length; at++) {
    if (at === bytes.length) return undefined;
    if (bytes[at] !== GET[at]) return 'sip';
  }
  const end = bytes.indexOf(LF);
  if (end < 0) return bytes.length < LONGEST_LINE ? undefined : 'sip';
  const lineEnd = bytes[end - 1] === CR ? end - 1 : end;
  const version = String.fromCharCode(...bytes.subarray(Math.max(0, lineEnd - 9), lineEnd));
  return /^ HTTP\/1\.\d$/.test(version) ? 'http' : 'sip';
}
