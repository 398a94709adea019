import { describe, expect, it } from 'vitest';
import { checkMessage, requestDefect } from './check.ts';
import { toBytes } from './octets.ts';
import { parseMessage } from './parse.ts';

/** Header fields of a request that is fine, by name; `undefined` takes one away. */
interface Changes {
  readonly start?: string;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Lines as they are, behind the others. */
  readonly more?: readonly string[];
  readonly body?: string;
}

function text({
  start = 'OPTIONS sip:user@example.com SIP/2.0',
  headers = {},
  more = [],
  body = '',
}: Changes): string {
  const all: Record<string, string | undefined> = {
    Via: 'SIP/2.0/UDP host.example.com;branch=z9hG4bKkdjuw',
    'Max-Forwards': '70',
    From: '<sip:caller@example.net>;tag=1',
    To: '<sip:user@example.com>',
    'Call-ID': 'c@host',
    CSeq: '8 OPTIONS',
    ...headers,
  };
  const lines = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}: ${value}`],
  );
  return [start, ...lines, ...more, '', body].join('\r\n');
}

/** What a server answers, then the findings as `code: octets`. */
function judge(changes: Changes): string[] {
  const octets = text(changes);
  const message = parseMessage(toBytes(octets));
  const defect = requestDefect(message);
  return [
    defect === undefined ? 'ok' : String(defect.status),
    ...checkMessage(message).map(({ code, span }) => `${code}: ${octets.slice(span.start, span.end)}`),
  ];
}

const SDP =
  'v=0\r\no=m 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\nm=audio 49217 RTP/AVP 0\r\n';

describe('the other messages of RFC 4475, rebuilt', () => {
  it('accepts a wide range of valid characters (RFC 4475 §3.1.1.2)', () => {
    const method = "!interesting-Method0123456789_*+`.%indeed'~";
    const start = `${method} sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@example.com SIP/2.0`;
    const to =
      '"BEL:\x07 NUL:\\\0 DEL:\x7f" <sip:1_unusual.URI~(to-be!sure)&isn\'t+it$/crazy?,/;;*@example.com>';
    const from =
      "token1~` token2'+_ token3*%!.- <sip:mundane@example.com>;fromParam''~+*_!.-%=\"\xd1\x80\xd0\xb0\xd0\xb1\xd0\xbe\xd1\x82\xd0\xb0\xd1\x8e\xd1\x89\xd0\xb8\xd0\xb9\";tag=_token~1'+`*%!-.";
    const more = [
      "extensionHeader-!.%*+_`'~: \xef\xbb\xbf\xe5\xa4\xa7\xe5\x81\x9c\xe9\x9b\xbb",
      'Call-ID: intmeth.word%ZK-!.*_+\'@word`~)(><:\\/"][?}{',
    ];
    expect(
      judge({
        start,
        headers: { To: to, From: from, 'Call-ID': undefined, CSeq: `139122385 ${method}` },
        more,
      }),
    ).toEqual(['ok']);
  });

  it('ignores octets behind the body of a datagram (RFC 4475 §3.1.1.8)', () => {
    expect(judge({ headers: { 'Content-Length': '0' }, body: 'INVITE' })).toEqual([
      'ok',
      'octets-after-body: INVITE',
    ]);
  });

  it('takes a multipart body (RFC 4475 §3.1.1.11)', () => {
    const type = { 'Content-Type': 'multipart/mixed;boundary=7a9cbec02ceef655' };
    expect(
      judge({ headers: type, body: '--7a9cbec02ceef655\r\n\r\n\0\xff\r\n--7a9cbec02ceef655--' }),
    ).toEqual(['ok']);
  });

  it.each([
    [
      '§3.1.2.2 clerr',
      { headers: { 'Content-Length': '9999', 'Content-Type': 'application/sdp' }, body: SDP },
      ['400', 'content-length-too-large: 9999'],
    ],
    [
      '§3.1.2.7 ltgtruri',
      { start: 'OPTIONS <sip:user@example.com> SIP/2.0' },
      ['400', 'request-uri-malformed: <sip:user@example.com>'],
    ],
    [
      '§3.1.2.11 escruri',
      { start: 'OPTIONS sip:user@example.com?Route=%3Csip:example.com%3E SIP/2.0' },
      ['400', 'request-uri-with-headers: sip:user@example.com?Route=%3Csip:example.com%3E'],
    ],
    [
      '§3.1.2.14 badaspec',
      { headers: { To: '"Watson, Thomas" < sip:t.watson@example.org >' } },
      ['400', 'address-malformed: "Watson, Thomas" < sip:t.watson@example.org >'],
    ],
    [
      '§3.1.2.18 mismatch02',
      { start: 'NEWMETHOD sip:user@example.com SIP/2.0' },
      ['400', 'cseq-method-differs: 8 OPTIONS'],
    ],
    [
      '§3.2.1 badbranch',
      { headers: { Via: 'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK' } },
      ['ok', 'branch-empty: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK'],
    ],
    [
      '§3.3.4 unksm2',
      { headers: { To: '<isbn:2983792873>', From: '<http://www.example.com>;tag=3' } },
      ['ok'],
    ],
    [
      '§3.3.8 multi01',
      { more: ['CSeq: 59 OPTIONS', 'Call-ID: other', 'Max-Forwards: 5'] },
      [
        '400',
        'header-repeated: CSeq: 59 OPTIONS',
        'header-repeated: Call-ID: other',
        'header-repeated: Max-Forwards: 5',
      ],
    ],
    [
      '§3.3.9 mcl01',
      { more: ['Content-Length: 0', 'Content-Length: 0'] },
      ['400', 'header-repeated: Content-Length: 0'],
    ],
    [
      '§3.3.13 cparam02',
      {
        start: 'REGISTER sip:example.com SIP/2.0',
        headers: { CSeq: '3 REGISTER', Contact: '<sip:+19725552222@gw1.example.net;unknownparam>' },
      },
      ['ok'],
    ],
    [
      '§3.3.14 regescrt',
      {
        start: 'REGISTER sip:example.com SIP/2.0',
        headers: { CSeq: '3 REGISTER', Contact: '<sip:user@example.com?Route=%3Csip:sip.example.com%3E>' },
      },
      ['ok'],
    ],
    [
      '§3.4.1 inv2543',
      {
        headers: {
          Via: 'SIP/2.0/UDP iftgw.example.com',
          'Max-Forwards': undefined,
          From: '<sip:+13035551111@ift.client.example.net;user=phone>',
        },
      },
      [
        'ok',
        'max-forwards-missing: OPTIONS sip:user@example.com SIP/2.0',
        'branch-missing: SIP/2.0/UDP iftgw.example.com',
        'from-tag-missing: <sip:+13035551111@ift.client.example.net;user=phone>',
      ],
    ],
  ] satisfies readonly (readonly [string, Changes, readonly string[]])[])(
    'RFC 4475 %s',
    (_, changes, expected) => {
      expect(judge(changes)).toEqual(expected);
    },
  );

  it('finds overlarge values in a response (RFC 4475 §3.1.2.5)', () => {
    const more = ['Retry-After: 949302838503028349304023988', 'Warning: 1812 overture "In Progress"'];
    const found = judge({
      start: 'SIP/2.0 503 Service Unavailable',
      headers: { CSeq: '9292394834772304023312 OPTIONS', To: '<sip:a@b>;tag=2', 'Max-Forwards': undefined },
      more,
    });
    expect(found).toEqual([
      'ok',
      'cseq-malformed: 9292394834772304023312 OPTIONS',
      'number-too-large: 949302838503028349304023988',
      'warning-malformed: 1812 overture "In Progress"',
    ]);
  });
});

describe('IPv6 torture messages (RFC 5118), rebuilt', () => {
  it.each([
    [
      '§4.1 a valid reference',
      { start: 'REGISTER sip:[2001:db8::10] SIP/2.0', headers: { CSeq: '1 REGISTER' } },
      'ok',
    ],
    [
      '§4.2 no brackets',
      { start: 'REGISTER sip:2001:db8::10 SIP/2.0', headers: { CSeq: '1 REGISTER' } },
      '400',
    ],
    [
      '§4.3 a port of its own',
      { start: 'REGISTER sip:[2001:db8::10:5070] SIP/2.0', headers: { CSeq: '1 REGISTER' } },
      'ok',
    ],
    [
      '§4.4 a port behind',
      { start: 'REGISTER sip:[2001:db8::10]:5070 SIP/2.0', headers: { CSeq: '1 REGISTER' } },
      'ok',
    ],
    [
      '§4.5 received in brackets',
      { headers: { Via: 'SIP/2.0/UDP [2001:db8::9:1];received=[2001:db8::9:255];branch=z9hG4bKas3' } },
      'ok',
    ],
    [
      '§4.6 received without brackets',
      { headers: { Via: 'SIP/2.0/UDP [2001:db8::9:1];received=2001:db8::9:255;branch=z9hG4bKas3' } },
      'ok',
    ],
    [
      '§4.10 an IPv4-mapped address',
      { headers: { Via: 'SIP/2.0/UDP [::ffff:192.0.2.10]:19823;branch=z9hG4bKbh19' } },
      'ok',
    ],
    [
      '§4.10 three colons, which the old grammar allowed',
      { start: 'OPTIONS sip:user@[2001:db8:::192.0.2.1] SIP/2.0' },
      'ok',
    ],
  ] satisfies readonly (readonly [string, Changes, string])[])('RFC 5118 %s', (_, changes, expected) => {
    expect(judge(changes)[0]).toBe(expected);
  });
});

describe('checkMessage and requestDefect', () => {
  it.each([
    ['a request that is fine', {}, ['ok']],
    [
      'a body without type',
      { body: 'x' },
      ['ok', 'content-type-missing: OPTIONS sip:user@example.com SIP/2.0'],
    ],
    [
      'SDP that is none',
      { headers: { 'Content-Type': 'application/sdp' }, body: 'hello' },
      ['ok', 'sdp-malformed: hel'],
    ],
    [
      'INVITE without Contact',
      { start: 'INVITE sip:a@b SIP/2.0', headers: { CSeq: '1 INVITE' } },
      ['ok', 'contact-missing: INVITE sip:a@b SIP/2.0'],
    ],
    ['* outside of REGISTER', { headers: { Contact: '*' } }, ['ok', 'wildcard-contact: *']],
    [
      '* without Expires 0',
      { start: 'REGISTER sip:b SIP/2.0', headers: { CSeq: '1 REGISTER', Contact: '*', Expires: '1' } },
      ['ok', 'wildcard-contact: *'],
    ],
    [
      '* as it should be',
      { start: 'REGISTER sip:b SIP/2.0', headers: { CSeq: '1 REGISTER', Contact: '*', Expires: '0' } },
      ['ok'],
    ],
    ['q above 1', { headers: { Contact: '<sip:a@b>;q=1.5' } }, ['ok', 'q-malformed: <sip:a@b>;q=1.5']],
    [
      'expires that is no number',
      { headers: { Contact: '<sip:a@b>;expires=x' } },
      ['ok', 'expires-malformed: <sip:a@b>;expires=x'],
    ],
    ['Max-Forwards above 255', { headers: { 'Max-Forwards': '256' } }, ['400', 'number-too-large: 256']],
    ['Max-Forwards that is no number', { headers: { 'Max-Forwards': 'x' } }, ['400', 'number-malformed: x']],
    ['a broken URI in a header', { headers: { To: '<sip:a@>' } }, ['ok', 'uri-malformed: sip:a@']],
    ['a broken Route', { headers: { Route: '<sip:a' } }, ['ok', 'address-malformed: <sip:a']],
    ['a Call-ID of two words', { headers: { 'Call-ID': 'a b' } }, ['ok', 'call-id-malformed: a b']],
    ['a line without colon', { more: ['hello'] }, ['ok', 'header-without-colon: hello']],
    ['a name that is no token', { more: ['a b: c'] }, ['ok', 'header-name-not-a-token: a b: c']],
    [
      'empty lines first',
      { start: '\r\nOPTIONS sip:user@example.com SIP/2.0' },
      ['ok', 'empty-lines-before-start-line: \r\n'],
    ],
    [
      'an unreadable version',
      { start: 'OPTIONS sip:a@b SIP/2' },
      ['505', 'start-line-malformed: OPTIONS sip:a@b SIP/2', 'version-not-supported: OPTIONS sip:a@b SIP/2'],
    ],
    ['a version in lower case', { start: 'OPTIONS sip:a@b sip/2.0' }, ['ok']],
    ['no request line', { start: 'hello' }, ['400', 'start-line-invalid: hello']],
    [
      'a status of 7xx',
      { start: 'SIP/2.0 777 Lucky', headers: { To: '<sip:a@b>;tag=1' } },
      ['ok', 'status-class-unknown: SIP/2.0 777 Lucky'],
    ],
    [
      'a response without To tag',
      { start: 'SIP/2.0 200 OK' },
      ['ok', 'to-tag-missing: <sip:user@example.com>'],
    ],
    ['a 100 without To tag', { start: 'SIP/2.0 100 Trying' }, ['ok']],
    [
      'a 2xx to INVITE without Contact',
      { start: 'SIP/2.0 200 OK', headers: { CSeq: '1 INVITE', To: '<sip:a@b>;tag=1' } },
      ['ok', 'contact-missing: SIP/2.0 200 OK'],
    ],
  ] satisfies readonly (readonly [string, Changes, readonly string[]])[])(
    'judges %s',
    (_, changes, expected) => {
      expect(judge(changes)).toEqual(expected);
    },
  );

  it('names the missing header in the reason (RFC 3261 §21.4.1)', () => {
    const message = parseMessage(toBytes(text({ headers: { 'Call-ID': undefined } })));
    expect(requestDefect(message)).toEqual({ status: 400, reason: 'Missing Call-ID header field' });
  });
});
