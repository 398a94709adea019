import { toBytes } from '../message/octets.ts';

/** One message of the measuring corpus. */
export interface CorpusMessage {
  readonly name: string;
  readonly bytes: Uint8Array;
}

function message(lines: readonly string[], body = ''): Uint8Array {
  return toBytes([...lines, `Content-Length: ${body.length}`, '', body].join('\r\n'));
}

const OFFER = [
  'v=0',
  'o=alice 2890844526 2890844526 IN IP4 192.0.2.101',
  's=-',
  'c=IN IP4 192.0.2.101',
  't=0 0',
  'm=audio 49172 RTP/AVP 0 8 9 18 101',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:9 G722/8000',
  'a=rtpmap:18 G729/8000',
  'a=fmtp:18 annexb=no',
  'a=rtpmap:101 telephone-event/8000',
  'a=fmtp:101 0-16',
  'a=ptime:20',
  'a=maxptime:150',
  'a=sendrecv',
  'a=rtcp:49173 IN IP4 192.0.2.101',
  'a=candidate:1 1 UDP 2130706431 192.0.2.101 49172 typ host',
  'a=candidate:1 2 UDP 2130706430 192.0.2.101 49173 typ host',
  'a=ssrc:1399694169 cname:alice@atlanta.example.com',
  '',
].join('\r\n');

/** OPTIONS of 450 octets, INVITE with SDP of 1.1 kB, 200 with three Via and two Record-Route of 960, REGISTER of 650. */
export const CORPUS: readonly CorpusMessage[] = [
  {
    name: 'options',
    bytes: message([
      'OPTIONS sip:monitor@192.0.2.10:5060;transport=udp SIP/2.0',
      'Via: SIP/2.0/UDP 192.0.2.101:5060;rport;branch=z9hG4bKPj8c1f5e9d2b7a4c60',
      'From: <sip:prober@192.0.2.101>;tag=5e9d2b7a4c608c1f',
      'To: <sip:monitor@192.0.2.10>',
      'Call-ID: 1b7f2a4e-9c3d-4f6a-8e21-0d5c7b9a3e46',
      'CSeq: 41872 OPTIONS',
      'Max-Forwards: 70',
      'Contact: <sip:prober@192.0.2.101:5060>',
      'Accept: application/sdp',
      'Supported: 100rel, timer, replaces',
      'User-Agent: Prober/2.4.1',
    ]),
  },
  {
    name: 'invite',
    bytes: message(
      [
        'INVITE sip:bob@biloxi.example.com SIP/2.0',
        'Via: SIP/2.0/UDP pc33.atlanta.example.com:5060;branch=z9hG4bK74bf9c3d4f6a8e21;rport',
        'Max-Forwards: 70',
        'From: "Alice Liddell" <sip:alice@atlanta.example.com>;tag=9fxced76sl',
        'To: "Bob Dobbs" <sip:bob@biloxi.example.com>',
        'Call-ID: 3848276298220188511@atlanta.example.com',
        'CSeq: 314159 INVITE',
        'Contact: <sip:alice@192.0.2.101:5060;transport=udp>',
        'Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK, REFER',
        'Supported: 100rel, timer, replaces',
        'User-Agent: Softphone/5.1',
        'Content-Type: application/sdp',
      ],
      OFFER,
    ),
  },
  {
    name: 'response',
    bytes: message([
      'SIP/2.0 200 OK',
      'Via: SIP/2.0/TCP edge2.atlanta.example.com:5060;branch=z9hG4bK2d4790.1;received=192.0.2.202',
      'Via: SIP/2.0/UDP proxy1.atlanta.example.com:5060;branch=z9hG4bK83749.1a;received=192.0.2.111',
      'Via: SIP/2.0/UDP pc33.atlanta.example.com:5060;branch=z9hG4bKnashds8;received=192.0.2.101;rport=5060',
      'Record-Route: <sip:edge2.atlanta.example.com;transport=tcp;lr>',
      'Record-Route: <sip:proxy1.atlanta.example.com;lr>',
      'From: "Alice Liddell" <sip:alice@atlanta.example.com>;tag=9fxced76sl',
      'To: "Bob Dobbs" <sip:bob@biloxi.example.com>;tag=314159265358',
      'Call-ID: 3848276298220188511@atlanta.example.com',
      'CSeq: 314159 INVITE',
      'Contact: <sip:bob@192.0.2.4:5060;transport=tcp>',
      'Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, INFO, UPDATE, PRACK, REFER, NOTIFY',
      'Supported: 100rel, timer, replaces, norefersub',
      'P-Asserted-Identity: "Bob Dobbs" <sip:bob@biloxi.example.com>',
      'Session-Expires: 1800;refresher=uas',
      'Server: Exchange/14.2 (carrier core)',
    ]),
  },
  {
    name: 'register',
    bytes: message([
      'REGISTER sip:registrar.biloxi.example.com SIP/2.0',
      'Via: SIP/2.0/UDP bobspc.biloxi.example.com:5060;branch=z9hG4bKnashds7;rport',
      'Max-Forwards: 70',
      'From: "Bob Dobbs" <sip:bob@biloxi.example.com>;tag=456248',
      'To: "Bob Dobbs" <sip:bob@biloxi.example.com>',
      'Call-ID: 843817637684230@998sdasdh09',
      'CSeq: 1826 REGISTER',
      'Contact: <sip:bob@192.0.2.4:5060>;expires=7200;q=0.8',
      'Authorization: Digest username="bob", realm="biloxi.example.com", nonce="ea9c8e88df84f1cec4341ae6cbe5a359", uri="sip:registrar.biloxi.example.com", response="dfe56131d1958046689d83306477ecc"',
      'Expires: 7200',
      'Supported: path, outbound, gruu',
      'User-Agent: Deskphone/3.0',
    ]),
  },
];
