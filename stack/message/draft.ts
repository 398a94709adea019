import { canonicalName } from './header-names.ts';
import type { SipMessage } from './message.ts';
import { toBytes } from './octets.ts';
import { asParsed } from './parsed-message.ts';
import { INDEX_STRIDE } from './scan.ts';

/**
 * A header line to be written. A plain name is written as `name: value`; one that contains its colon (`v :`) is written as it is, directly
 * before the value; with an empty name the value is the whole line.
 */
export type DraftHeader = [name: string, value: string];

interface Draft {
  headers: DraftHeader[];
  body?: Uint8Array | string;
  /** Written as it is instead of the start line made of the other fields: for what is wrong on purpose. */
  startLine?: string;
  /** `SIP/2.0` when absent. */
  version?: string;
}

/** A request to be written: order-keeping, free to be wrong. All strings are octet text. */
export interface RequestDraft extends Draft {
  method: string;
  uri: string;
}

/** A response to be written: order-keeping, free to be wrong. All strings are octet text. */
export interface ResponseDraft extends Draft {
  status: number;
  reason: string;
}

const VERSION = 'SIP/2.0';

/** Writes a draft as octets. Adds Content-Length when no header of that name is there; checks nothing. */
export function encode(draft: RequestDraft | ResponseDraft): Uint8Array<ArrayBuffer> {
  const version = draft.version ?? VERSION;
  let head =
    draft.startLine ??
    ('method' in draft
      ? `${draft.method} ${draft.uri} ${version}`
      : `${version} ${draft.status} ${draft.reason}`);
  head += '\r\n';
  let hasLength = false;
  for (const [name, value] of draft.headers) {
    if (name === '') {
      head += `${value}\r\n`;
      continue;
    }
    const colon = name.indexOf(':');
    hasLength ||= canonicalName(colon < 0 ? name : name.substring(0, colon).trimEnd()) === 'Content-Length';
    head += colon < 0 ? `${name}: ${value}\r\n` : `${name}${value}\r\n`;
  }
  const { body } = draft;
  if (!hasLength) head += `Content-Length: ${body === undefined ? 0 : body.length}\r\n`;
  head += '\r\n';
  if (body === undefined || typeof body === 'string') return toBytes(head + (body ?? ''));
  const start = toBytes(head);
  const bytes = new Uint8Array(start.length + body.length);
  bytes.set(start);
  bytes.set(body, start.length);
  return bytes;
}

/**
 * The draft that encodes to the same octets again: names, spacing and folds as they came. Only line ends that are no CRLF, empty lines before
 * the start line and a missing empty line at the end do not survive.
 */
export function toDraft(message: SipMessage): RequestDraft | ResponseDraft {
  const parsed = asParsed(message);
  const { text, scan } = parsed;
  const headers: DraftHeader[] = [];
  for (let at = 0; at + 1 < scan.index.length; at += INDEX_STRIDE) {
    const start = parsed.lineStart(at);
    const colonEnd = parsed.rawValueStart(at);
    const valueStart = parsed.valueStart(at);
    const isPlain =
      colonEnd > start + 1 &&
      valueStart === colonEnd + 1 &&
      text.charAt(colonEnd) === ' ' &&
      text.charAt(colonEnd - 2) !== ' ' &&
      text.charAt(colonEnd - 2) !== '\t';
    if (colonEnd === start) headers.push(['', text.substring(start, parsed.lineEnd(at))]);
    else if (isPlain)
      headers.push([text.substring(start, colonEnd - 1), text.substring(valueStart, parsed.lineEnd(at))]);
    else headers.push([text.substring(start, valueStart), text.substring(valueStart, parsed.lineEnd(at))]);
  }
  const body = parsed.bytes.subarray(scan.bodyStart);
  const { line, problem } = parsed.scannedStartLine;
  const rest = {
    headers,
    ...(body.length > 0 ? { body } : {}),
    ...(problem === undefined ? {} : { startLine: text.substring(scan.startLineStart, scan.startLineEnd) }),
  };
  if (line.kind === 'response')
    return { status: line.status, reason: line.reason, version: line.version, ...rest };
  if (line.kind === 'request') return { method: line.method, uri: line.uri, version: line.version, ...rest };
  return { method: '', uri: '', ...rest };
}
