import type { HeaderName } from '../message/header-names.ts';
import { vias } from '../message/headers/via.ts';
import type { SipMessage, Span } from '../message/message.ts';
import type { SdpLine } from '../sdp/sdp.ts';
import type { Seen } from './seen.ts';

/** The start line, for what is missing. */
export function startLine({ message }: Seen): Span {
  const { start, end } = firstLine(message);
  return { start, end };
}

function firstLine(message: SipMessage): Span {
  const { bytes } = message;
  let start = 0;
  while (bytes[start] === 0x0d || bytes[start] === 0x0a) start++;
  let end = start;
  while (end < bytes.length && bytes[end] !== 0x0d && bytes[end] !== 0x0a) end++;
  return { start, end };
}

/** The value of the first header line of that name; the start line when there is none. */
export function valueOf(seen: Seen, name: HeaderName): Span {
  return seen.message.headers.find((h) => h.name === name)?.valueSpan ?? startLine(seen);
}

/** The whole of the first header line of that name, its name too; the start line when there is none. */
export function lineOf(seen: Seen, name: HeaderName): Span {
  return seen.message.headers.find((h) => h.name === name)?.span ?? startLine(seen);
}

/** All header lines of that name as one stretch; the start line when there is none. */
export function linesOf(seen: Seen, name: HeaderName): Span {
  const found = seen.message.headers.filter((h) => h.name === name);
  const [first] = found;
  const last = found.at(-1);
  return first === undefined || last === undefined
    ? startLine(seen)
    : { start: first.valueSpan.start, end: last.valueSpan.end };
}

/** The Request-URI. */
export function requestUri(seen: Seen): Span {
  const { start, end } = startLine(seen);
  const from = start + seen.method.length + 1;
  return seen.isRequest ? { start: from, end: Math.min(end, from + seen.uri.length) } : { start, end };
}

/** The top Via. */
export function topVia(seen: Seen): Span {
  return vias(seen.message)[0]?.span ?? startLine(seen);
}

/** A line of the body. */
export function sdpLine(seen: Seen, line: SdpLine | undefined): Span {
  const { start, end } = seen.message.body;
  return line === undefined ? { start, end } : { start: start + line.start, end: start + line.end };
}
