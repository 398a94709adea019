import { contentType } from '../../stack/message/headers/simple.ts';
import type { SipMessage } from '../../stack/message/message.ts';
import { octetText, toBytes } from '../../stack/message/octets.ts';
import type { LiveAddresses } from './addresses.ts';
import { edited, type OctetEdit } from './octet-edits.ts';

/** Says nothing of places, whatever stands in it. */
const AS_RECORDED: ReadonlySet<string> = new Set([
  'User-Agent',
  'Server',
  'Subject',
  'Content-Type',
  'Content-Length',
]);

/** A header value with the addresses as they are now. */
export function relocatedValue(name: string, value: string, addresses: LiveAddresses): string {
  if (AS_RECORDED.has(name)) return value;
  if (name !== 'Via') return addresses.readdressed(value);
  // Where a Via was received from is a host alone.
  return value
    .split(/(;\s*received\s*=[^;,\s]+)/i)
    .map((part) =>
      /^;\s*received/i.test(part)
        ? part.replace(/[^=\s]+$/, (host) => addresses.rehosted(host))
        : addresses.readdressed(part),
    )
    .join('');
}

/** Bodies that name users and hosts as headers do. */
const NAMES_ADDRESSES = /^(?:application\/(?:\S+\+xml|simple-message-summary)|message\/sipfrag)\b/i;

/** Hosts of a session description, addresses of a document: as they are now. Media ports and other bodies stay. */
export function relocatedBody(message: SipMessage, addresses: LiveAddresses): readonly OctetEdit[] {
  const { bytes, body } = message;
  const type = contentType(message) ?? '';
  const text = octetText(bytes, body.start, body.end);
  if (NAMES_ADDRESSES.test(type)) {
    const now = addresses.readdressed(text);
    return now === text ? [] : [{ ...body, text: now }];
  }
  if (!/^application\/sdp\b/i.test(type)) return [];
  return [...text.matchAll(/^([oc]=[^\r\n]*IN IP[46] )(\S+)/gm)].flatMap((found) => {
    const [, head = '', host = ''] = found;
    const now = addresses.rehosted(host);
    const start = body.start + found.index + head.length;
    return now === host ? [] : [{ start, end: start + host.length, text: now }];
  });
}

/** How many octets longer edits make a text. */
export const growth = (edits: readonly OctetEdit[]): number =>
  edits.reduce((sum, { start, end, text }) => sum + text.length - (end - start), 0);

/** A recorded message as it would have been between the sockets of now, to be compared with what came. */
export function relocated(message: SipMessage, addresses: LiveAddresses): Uint8Array {
  const { bytes, startLine, headers, body } = message;
  const text = octetText(bytes);
  const first = headers[0]?.span.start ?? body.start;
  const line: OctetEdit[] =
    startLine.kind === 'request'
      ? [{ start: 0, end: first, text: addresses.readdressed(text.slice(0, first)) }]
      : [];
  const rest = relocatedBody(message, addresses);
  const grown = growth(rest);
  const lines = headers.map(({ name, valueSpan: { start, end } }) => {
    const value = text.slice(start, end);
    const now =
      name === 'Content-Length' ? String(Number(value) + grown) : relocatedValue(name, value, addresses);
    return { start, end, text: now };
  });
  return toBytes(edited(text, [...line, ...lines, ...rest]));
}
