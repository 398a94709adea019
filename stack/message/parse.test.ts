import { describe, expect, it } from 'vitest';
import { encode, toDraft } from './draft.ts';
import { cseq } from './headers/cseq.ts';
import { contacts, fromHeader, recordRoutes, toHeader } from './headers/name-addr.ts';
import { callId, contentLength, contentType, maxForwards } from './headers/simple.ts';
import { tokens } from './headers/token-list.ts';
import { topVia, vias } from './headers/via.ts';
import { decodeText, octetText, toBytes } from './octets.ts';
import { parseMessage } from './parse.ts';

const INVITE = [
  'INVITE sip:bob@example.com;transport=udp SIP/2.0',
  'Via: SIP/2.0/UDP 192.0.2.1:5070;rport;branch=z9hG4bK1',
  'v: SIP/2.0/TCP [2001:db8::1]:5061;branch=z9hG4bK2;received=192.0.2.9, SIP / 2.0 / TLS host.example ; branch=z9hG4bK3',
  'Record-Route: <sip:p1.example.com;lr>,<sip:p2.example.com;lr>',
  'f: "Alice \\"A\\" Smith" <sip:alice@example.com;x=y>;tag=a1;n="v,;"',
  'TO: sip:bob@example.com;tag=b2',
  'Call-ID: 1@host',
  'CSeq: 12 INVITE',
  'Max-Forwards: 70',
  'm: sip:alice@192.0.2.1;q=0.5, <sip:a,b@192.0.2.1>;expires=60',
  'Supported: 100rel,',
  '  timer , "odd, one"',
  'Content-Type: Application / SDP;x=1',
  'l: 4',
  '',
  'v=0\n',
].join('\r\n');

describe('parseMessage (RFC 3261 §7)', () => {
  const message = parseMessage(toBytes(INVITE));

  it('reads the start line', () => {
    expect(message.startLine).toEqual({
      kind: 'request',
      method: 'INVITE',
      uri: 'sip:bob@example.com;transport=udp',
      version: 'SIP/2.0',
    });
    expect(message.diagnostics).toEqual([]);
  });

  it('keeps names as written, knows their canonical form and where each line is', () => {
    expect(message.headers.map((h) => [h.rawName, h.name])).toEqual([
      ['Via', 'Via'],
      ['v', 'Via'],
      ['Record-Route', 'Record-Route'],
      ['f', 'From'],
      ['TO', 'To'],
      ['Call-ID', 'Call-ID'],
      ['CSeq', 'CSeq'],
      ['Max-Forwards', 'Max-Forwards'],
      ['m', 'Contact'],
      ['Supported', 'Supported'],
      ['Content-Type', 'Content-Type'],
      ['l', 'Content-Length'],
    ]);
    const supported = message.headers[9];
    expect(supported?.value).toBe('100rel, timer , "odd, one"');
    expect(INVITE.slice(supported?.span.start, supported?.span.end)).toBe(
      'Supported: 100rel,\r\n  timer , "odd, one"',
    );
    expect(INVITE.slice(message.body.start, message.body.end)).toBe('v=0\n');
  });

  it('reads the typed headers', () => {
    expect(vias(message).map((v) => [v.protocol, v.sentBy, v.branch, v.received, v.rport])).toEqual([
      ['UDP', { host: '192.0.2.1', port: 5070 }, 'z9hG4bK1', undefined, true],
      ['TCP', { host: '2001:db8::1', port: 5061 }, 'z9hG4bK2', '192.0.2.9', undefined],
      ['TLS', { host: 'host.example' }, 'z9hG4bK3', undefined, undefined],
    ]);
    expect(vias(message).map((v) => v.problem)).toEqual([undefined, undefined, undefined]);
    expect(topVia(message)?.branch).toBe('z9hG4bK1');
    const from = fromHeader(message);
    expect([from?.displayName, from?.uri, from?.tag, [...(from?.params ?? [])]]).toEqual([
      'Alice "A" Smith',
      'sip:alice@example.com;x=y',
      'a1',
      [
        ['tag', 'a1'],
        ['n', 'v,;'],
      ],
    ]);
    expect([toHeader(message)?.uri, toHeader(message)?.tag]).toEqual(['sip:bob@example.com', 'b2']);
    expect(contacts(message).map((c) => [c.uri, [...c.params]])).toEqual([
      ['sip:alice@192.0.2.1', [['q', '0.5']]],
      ['sip:a,b@192.0.2.1', [['expires', '60']]],
    ]);
    expect(recordRoutes(message).map((r) => r.uri)).toEqual([
      'sip:p1.example.com;lr',
      'sip:p2.example.com;lr',
    ]);
    expect([callId(message), cseq(message), maxForwards(message), contentLength(message)]).toEqual([
      '1@host',
      { number: 12, method: 'INVITE' },
      70,
      4,
    ]);
    expect(contentType(message)).toBe('application/sdp');
    expect(tokens(message, 'Supported')).toEqual(['100rel', 'timer', '"odd, one"']);
    expect([message.first('Via'), message.all('Via').length, message.first('Route')]).toEqual([
      'SIP/2.0/UDP 192.0.2.1:5070;rport;branch=z9hG4bK1',
      2,
      undefined,
    ]);
  });

  it('survives a round trip octet for octet', () => {
    expect(octetText(encode(toDraft(message)))).toBe(INVITE);
  });

  it('reads LF line ends, and says so', () => {
    const lf = parseMessage(toBytes(INVITE.replaceAll('\r\n', '\n')));
    expect([callId(lf), vias(lf).length, lf.headers.length]).toEqual(['1@host', 3, 12]);
    expect(lf.diagnostics.map((d) => d.code)).toEqual(['line-end-without-cr']);
  });

  it('makes something of nothing', () => {
    const empty = parseMessage(new Uint8Array());
    expect([empty.startLine, empty.headers, empty.body]).toEqual([
      { kind: 'invalid', text: '' },
      [],
      { start: 0, end: 0 },
    ]);
    expect(empty.diagnostics.map((d) => d.code)).toEqual(['start-line-invalid', 'no-blank-line']);
  });
});

describe('octet text', () => {
  it('keeps every octet, whatever it is', () => {
    const all = new Uint8Array(100_000).map((_, i) => i % 256);
    expect(toBytes(octetText(all))).toEqual(all);
    expect(octetText(Uint8Array.of(0xef, 0xbf, 0xbd))).toBe('\u00ef\u00bf\u00bd');
  });

  it('shows UTF-8 as Unicode and what is none as U+FFFD', () => {
    expect(decodeText('J\u00c3\u00bcrgen \u00ff')).toBe('Jürgen \ufffd');
  });
});
