import { carriesSdp } from '../../../../stack/message/carries-sdp.ts';
import { HEADER_NAMES } from '../../../../stack/message/header-names.ts';
import { contacts, fromHeader, toHeader } from '../../../../stack/message/headers/name-addr.ts';
import { vias } from '../../../../stack/message/headers/via.ts';
import type { SipMessage } from '../../../../stack/message/message.ts';
import { octetText } from '../../../../stack/message/octets.ts';
import { parseUri, type Uri } from '../../../../stack/message/uri.ts';
import type { StoredMessage } from '../store/records.ts';
import { messageField, type Field, type FieldValues } from './field.ts';
import type { FieldType, FieldValue } from './field-types.ts';

/** A field read from the parsed message. */
const parsed = (type: FieldType, values: (message: SipMessage) => FieldValues): Field =>
  messageField(type, (message, context) => values(context.parsed(message)));

const requestUri = ({ startLine }: SipMessage): Uri | undefined =>
  startLine.kind === 'request' ? parseUri(startLine.uri) : undefined;

/** The present ones of some values. */
const present = (values: readonly (FieldValue | undefined)[]): FieldValues =>
  values.filter((value) => value !== undefined);

/** Parameters of credentials and challenges: `username="alice"`. */
const AUTH_HEADERS = [
  'Authorization',
  'Proxy-Authorization',
  'WWW-Authenticate',
  'Proxy-Authenticate',
] as const;
const authParam = (name: string): Field => {
  const pattern = new RegExp(`\\b${name}\\s*=\\s*(?:"([^"]*)"|([^\\s,]+))`, 'i');
  return parsed('text', (message) =>
    present(
      AUTH_HEADERS.flatMap((header) => message.all(header)).map((value) => {
        const [, quoted, bare] = pattern.exec(value) ?? [];
        return quoted ?? bare;
      }),
    ),
  );
};

/** Values of the SDP lines of one letter: `m` gives `audio 6000 RTP/AVP 0`. */
const sdpLines = (letter: string): Field =>
  parsed('text', (message) => {
    if (!carriesSdp(message)) return undefined;
    const { start, end } = message.body;
    const lines = octetText(message.bytes, start, end).split(/\r?\n/);
    return lines.filter((line) => line.startsWith(`${letter}=`)).map((line) => line.slice(2));
  });

const host = (message: StoredMessage, isSource: boolean): string =>
  (message.flow.direction === 'in') === isSource ? message.flow.remote.host : message.flow.local.host;
const port = (message: StoredMessage, isSource: boolean): number =>
  (message.flow.direction === 'in') === isSource ? message.flow.remote.port : message.flow.local.port;

const anyHost = messageField('address', ({ flow }) => flow.hosts);
const anyPort = messageField('number', ({ flow }) => flow.ports);
const sourceHost = messageField('address', (m) => host(m, true));
const destinationHost = messageField('address', (m) => host(m, false));
const sourcePort = messageField('number', (m) => port(m, true));
const destinationPort = messageField('number', (m) => port(m, false));
const status = messageField('number', (m) => (m.kind === 'response' ? m.status : undefined));

/** Every header known to us: `sip.User-Agent`. */
const HEADERS: Readonly<Record<string, Field>> = Object.fromEntries(
  HEADER_NAMES.map((name) => [`sip.${name}`, parsed('text', (message) => message.all(name))]),
);

/** Fields of each message, under Wireshark's names where it has one. */
export const MESSAGE_FIELDS: Readonly<Record<string, Field>> = {
  ...HEADERS,
  'sip.Method': messageField('text', (m) => (m.kind === 'request' ? m.method : undefined)),
  'sip.Status-Code': status,
  'sip.Status': status,
  'sip.Status-Line': parsed('text', ({ startLine: s }) =>
    s.kind === 'response' ? `${s.version} ${s.status} ${s.reason}` : undefined,
  ),
  'sip.Request-Line': parsed('text', ({ startLine: s }) =>
    s.kind === 'request' ? `${s.method} ${s.uri} ${s.version}` : undefined,
  ),
  'sip.reason-phrase': messageField('text', (m) => (m.kind === 'response' ? m.reason : undefined)),
  'sip.r-uri': parsed('text', (message) => requestUri(message)?.text),
  'sip.r-uri.user': parsed('text', (message) => requestUri(message)?.user),
  'sip.r-uri.host': parsed('word', (message) => requestUri(message)?.host),
  'sip.r-uri.port': parsed('number', (message) => requestUri(message)?.port),
  'sip.CSeq.method': messageField('text', (m) => m.method || undefined),
  'sip.CSeq.seq': messageField('number', (m) => m.cseq),
  'sip.from.tag': parsed('text', (message) => fromHeader(message)?.tag),
  'sip.to.tag': parsed('text', (message) => toHeader(message)?.tag),
  'sip.contact.uri': parsed('text', (message) => contacts(message).map(({ uri }) => uri)),
  'sip.contact.user': parsed('text', (m) => present(contacts(m).map(({ uri }) => parseUri(uri).user))),
  'sip.contact.host': parsed('word', (m) => contacts(m).map(({ uri }) => parseUri(uri).host)),
  'sip.Via.branch': parsed('text', (message) => present(vias(message).map(({ branch }) => branch))),
  'sip.Via.transport': parsed('word', (message) => vias(message).map(({ protocol }) => protocol)),
  'sip.Via.sent-by.address': parsed('word', (message) => vias(message).map(({ sentBy }) => sentBy.host)),
  'sip.Via.sent-by.port': parsed('number', (m) => present(vias(m).map(({ sentBy }) => sentBy.port))),
  'sip.resend': messageField('flag', (m) => (m.retransmissionOf === undefined ? 0 : 1)),
  'sip.auth.username': authParam('username'),
  'sip.auth.realm': authParam('realm'),
  'sip.auth.nonce': authParam('nonce'),
  'sdp.media': sdpLines('m'),
  'sdp.media_attr': sdpLines('a'),
  'sdp.connection_info': sdpLines('c'),
  'sdp.owner': sdpLines('o'),
  'ip.addr': anyHost,
  'ip.src': sourceHost,
  'ip.dst': destinationHost,
  'ipv6.addr': anyHost,
  'ipv6.src': sourceHost,
  'ipv6.dst': destinationHost,
  host: anyHost,
  port: anyPort,
  'udp.port': anyPort,
  'udp.srcport': sourcePort,
  'udp.dstport': destinationPort,
  'tcp.port': anyPort,
  'tcp.srcport': sourcePort,
  'tcp.dstport': destinationPort,
  'frame.len': messageField('number', (m) => m.length),
  'frame.number': messageField('number', (m) => m.id),
  transport: messageField('word', (m) => m.flow.protocol),
  'dialog.transport': messageField('word', (m) => m.flow.protocol),
  node: messageField('word', (m, context) => context.serverName(m)),
};
