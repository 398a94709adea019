import fc from 'fast-check';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ACCESSORS } from '../testing/accessors.ts';
import { CORPUS } from '../testing/corpus.ts';
import { checkMessage, requestDefect } from './check.ts';
import { encode, toDraft } from './draft.ts';
import { HEADER_NAMES } from './header-names.ts';
import { contacts, routes } from './headers/name-addr.ts';
import { vias } from './headers/via.ts';
import type { SipMessage, Span } from './message.ts';
import { decodeText, encodeText, octetText, toBytes } from './octets.ts';
import { type OutlineNode, outline } from './outline.ts';
import { parseMessage } from './parse.ts';
import { buildResponse } from './response.ts';
import { equalUris, parseUri } from './uri.ts';

/*
 * Verified: whatever the octets are, nothing throws, every span lies inside the octets, headers and body lose nothing, a response can be built,
 * and time grows with the size (the patterns of 64 kB would run into the time limit of a test otherwise).
 * Not verified here: that the findings are right (rfc4475.test.ts and check.test.ts do that).
 */

/** The spans of whatever an accessor answered. */
function spansIn(value: unknown): Span[] {
  if (Array.isArray(value)) return value.flatMap(spansIn);
  if (typeof value !== 'object' || value === null) return [];
  return [
    ...('span' in value ? [value.span as Span] : []),
    ...('uriSpan' in value ? [value.uriSpan as Span] : []),
  ];
}

function spansOf(nodes: readonly OutlineNode[]): Span[] {
  return nodes.flatMap((n) => [n, ...spansOf(n.children)]);
}

/** Asks a message for everything and returns what is wrong with the answers. */
function faults(bytes: Uint8Array): string[] {
  const message = parseMessage(bytes);
  const spans: Span[] = [message.body];
  for (const { span, valueSpan } of message.headers) spans.push(span, valueSpan);
  for (const { span } of checkMessage(message)) spans.push(span);
  for (const read of ACCESSORS) spans.push(...spansIn(read(message)));
  spans.push(...spansOf(outline(message)));
  const found = spans
    .filter(({ start, end }) => !(start >= 0 && start <= end && end <= bytes.length))
    .map(({ start, end }) => `span ${start}-${end}`);
  for (const via of vias(message)) void [via.params, via.branch, via.received, via.sentBy, via.text];
  for (const address of [...contacts(message), ...routes(message)]) {
    void [address.params, address.displayName, address.isWildcard];
    if (!equalUris(address.uri, parseUri(address.uri))) found.push(`URI differs from itself: ${address.uri}`);
  }
  for (const name of HEADER_NAMES) {
    if (message.all(name).length !== message.headers.filter((h) => h.name === name).length) found.push(name);
  }
  requestDefect(message);
  const again = parseMessage(encode(toDraft(message)));
  if (headersOf(again) !== headersOf(message)) found.push('headers differ after a round trip');
  const response = parseMessage(
    buildResponse(message, { status: 200, toTag: 't', source: { host: '192.0.2.1', port: 5060 } }),
  );
  if (response.startLine.kind !== 'response') found.push('no response');
  return found;
}

/** Whether Content-Length was added is all that may differ. */
function headersOf(message: SipMessage): string {
  return message.headers
    .filter((h) => h.name !== 'Content-Length')
    .map((h) => `${h.rawName}:${h.value}`)
    .join('\n');
}

function filesOf(folder: string): { readonly name: string; readonly bytes: Uint8Array }[] {
  const url = new URL(`./testdata/${folder}/`, import.meta.url);
  return readdirSync(url).map((name) => ({ name, bytes: new Uint8Array(readFileSync(new URL(name, url))) }));
}

/** What once broke something; this folder only grows. */
const BROKE_ONCE = filesOf('corpus');

/** Messages that carry the header fields the others lack, so that mutation reaches their accessors. */
const EXTENSIONS = [
  [
    'WWW-Authenticate: Digest realm="a", nonce="b", qop="auth,auth-int", algorithm=SHA-256, stale=true',
    'Proxy-Authorization: Digest username="u", realm="a", nonce="b", uri="sip:a", response="0", nc=00000001',
    'Authorization: Basic dXNlcjpwYXNz',
    'Authentication-Info: nextnonce="47364c23", qop=auth, rspauth="", cnonce="c", nc=00000001',
    'o: dialog;call-id="12@h";id=2',
    'u: presence, dialog',
    'Subscription-State: terminated;reason=probation;retry-after=60',
    'RAck: 776656 1 INVITE',
    'x: 1800;refresher=uas',
    'Min-SE: 90',
    'Replaces: 98732@sip.example.com;from-tag=r33th4x0r;to-tag=ff87ff;early-only',
    'Target-Dialog: a@b;local-tag=kkaz-;remote-tag=6544',
    'r: <sip:c@d;method=SUBSCRIBE?Replaces=a%40b%3Bto-tag%3D1>',
    'b: sip:r@ref.example;cid="2UWQFN309shb3@ref.example"',
    'Refer-Sub: false',
  ],
  [
    'Reason: SIP ;cause=200 ;text="Call completed", Q.850;cause=16',
    'Privacy: header;user;critical',
    'Security-Client: digest;d-alg=md5;d-ver="00", tls;q=0.2',
    'Session-ID: ab30317f1a784dc48ff824d0d3715d86;remote=47755a9de7794ba387653f2099600ef2',
    'y: sv5CTo05KqpSmtHt3dcEiO==;info=<https://biloxi.example.org/a;b,c.cer>;alg=ES256;ppt="shaken"',
    'Geolocation: <cid:target123@atlanta>, <https://lis/x>;x=1',
    'Geolocation-Error: 100;code="Cannot Process Location"',
    'Resource-Priority: dsn.flash, wps.3',
    'a: *;audio;require, *;video;explicit',
    'User-to-User: 56a390f3;encoding=hex, "a;b";purpose=x',
    'Warning: 307 isi.edu "Session parameter not understood", 301 b "x"',
    'Date: Sat, 13 Nov 2010 23:29:00 GMT',
    'Timestamp: 54.21 0.5',
    'Retry-After: 18000 (in a (long) meeting);duration=3600',
    'Call-Info: <http://a/b>;purpose=icon',
    'Content-Disposition: session;handling=optional',
    'Content-Type: multipart/mixed;boundary=x',
    'User-Agent: Softphone/Beta1.5 (a (b)) Lib/2',
    'Accept: text/html;q=0.8, */*;q=0',
    '',
    '--x\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--x--',
  ],
].map((lines) => toBytes(`OPTIONS sip:a@b SIP/2.0\r\n${lines.join('\r\n')}\r\n\r\n`));

const SAMPLES = [
  ...[...filesOf('rfc4475'), ...filesOf('rfc5118')].map(({ bytes }) => bytes),
  ...EXTENSIONS,
  ...BROKE_ONCE.map(({ bytes }) => bytes),
  ...CORPUS.map(({ bytes }) => bytes),
];

/** Random numbers that are the same every time (mulberry32). */
function dice(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

const SIGNS = '\r\n\t :;,<>"\\@?=/[]*%&()\0\x7f\xff';
const SNIPPETS = [
  '\r\n\r\n',
  '\r\n ',
  'Via: ',
  'm: *\r\n',
  '";',
  '<sip:',
  'l: 9',
  ';rport;received=',
  'SIP/2.0',
];

/** One sample, changed in one to six places. */
function mutate(roll: (limit: number) => number): Uint8Array {
  let text = octetText(SAMPLES[roll(SAMPLES.length)] ?? new Uint8Array());
  for (let changes = 1 + roll(6); changes > 0; changes--) {
    const at = roll(text.length + 1);
    const until = Math.min(text.length, at + roll(roll(8) === 0 ? 200 : 8));
    const insert = [
      (): string => '',
      (): string => SIGNS.charAt(roll(SIGNS.length)),
      (): string => String.fromCharCode(roll(256)),
      (): string => SNIPPETS[roll(SNIPPETS.length)] ?? '',
      (): string => text.slice(at, until).repeat(2 + roll(4)),
      (): string =>
        octetText(SAMPLES[roll(SAMPLES.length)] ?? new Uint8Array()).slice(roll(400), 400 + roll(400)),
    ][roll(6)];
    text = text.slice(0, at) + (insert?.() ?? '') + text.slice(roll(2) === 0 ? at : until);
  }
  return roll(20) === 0 ? toBytes(text.slice(0, roll(text.length + 1))) : toBytes(text);
}

const COUNT = Number(process.env['FUZZ_COUNT'] ?? 10_000);

describe('hostile octets', () => {
  it(
    `${COUNT} mutated messages: nothing throws, every span is inside`,
    () => {
      const roll = dice(4475);
      for (let i = 0; i < COUNT; i++) {
        const bytes = mutate(roll);
        const found = faults(bytes);
        if (found.length > 0)
          expect.fail(`message ${i}: ${found.join(', ')}\n${JSON.stringify(octetText(bytes))}`);
      }
      expect(COUNT).toBeGreaterThan(0);
    },
    60_000 + COUNT,
  );

  it.each(BROKE_ONCE)('$name breaks nothing any more', ({ bytes }) => {
    expect(faults(bytes)).toEqual([]);
  });

  it('any octets at all', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => faults(bytes).length === 0));
  });

  const START = 'OPTIONS sip:a@b SIP/2.0\r\n';
  it.each([
    ['empty header lines', `${START}${'a:\r\n'.repeat(16_000)}\r\n`],
    ['lines without colon', `${START}${'a b\r\n'.repeat(13_000)}\r\n`],
    ['Via lines', `${START}${'v:x\r\n'.repeat(13_000)}\r\n`],
    ['commas in Via', `${START}Via: ${','.repeat(65_000)}\r\n\r\n`],
    ['commas in Contact', `${START}Contact: ${'a,'.repeat(32_000)}\r\n\r\n`],
    ['opening angle brackets', `${START}Contact: ${'<,'.repeat(32_000)}\r\n\r\n`],
    ['closing angle brackets', `${START}From: ${'>'.repeat(65_000)}<sip:a@b>\r\n\r\n`],
    ['quotes', `${START}From: ${'"'.repeat(65_001)}\r\n\r\n`],
    ['backslashes', `${START}From: "${'\\'.repeat(65_000)}\r\n\r\n`],
    ['semicolons', `${START}To: <sip:a@b>${';'.repeat(65_000)}\r\n\r\n`],
    ['parameters of a URI', `${START}Route: <sip:a@b${';a'.repeat(32_000)}>\r\n\r\n`],
    [
      'different parameters',
      `${START}To: <sip:a>${Array.from({ length: 9000 }, (_, i) => `;p${i}`).join('')}\r\n\r\n`,
    ],
    ['spaces', `${START}Subject: a${' '.repeat(65_000)}b\r\n\r\n`],
    ['folds', `${START}Subject: a${'\r\n '.repeat(21_000)}b\r\n\r\n`],
    ['escapes', `${START}To: <sip:${'%41'.repeat(21_000)}@b>\r\n\r\n`],
    ['at signs', `${START}To: <sip:${'@'.repeat(65_000)}>\r\n\r\n`],
    ['brackets', `OPTIONS sip:${'['.repeat(65_000)} SIP/2.0\r\n\r\n`],
    ['digits', `${START}CSeq: ${'9'.repeat(65_000)} OPTIONS\r\nExpires: ${'9'.repeat(9000)}\r\n\r\n`],
    ['line feeds', `${START}${'\n'.repeat(65_000)}`],
    ['carriage returns', `${START}a: ${'\r'.repeat(65_000)}\r\n\r\n`],
    ['empty lines first', `${'\r\n'.repeat(32_000)}${START}\r\n`],
    ['parameters of credentials', `${START}Authorization: Digest ${'a=b,'.repeat(16_000)}\r\n\r\n`],
    ['schemes', `${START}WWW-Authenticate: ${'a b=c,'.repeat(11_000)}\r\n\r\n`],
    [
      'opening parentheses',
      `${START}Retry-After: 1 ${'('.repeat(65_000)}\r\nServer: ${'('.repeat(65_000)}\r\n\r\n`,
    ],
    ['comments', `${START}User-Agent: ${'()'.repeat(32_000)}\r\n\r\n`],
    [
      'opening brackets in lists',
      `${START}Call-Info: ${'<'.repeat(65_000)}\r\nGeolocation: ${'<,'.repeat(32_000)}\r\n\r\n`,
    ],
    ['boundaries', `${START}Content-Type: multipart/mixed;boundary=x\r\n\r\n${'--x\n'.repeat(16_000)}--x--`],
    ['lines of SDP', `${START}Content-Type: application/sdp\r\n\r\n${'m=\n'.repeat(21_000)}`],
  ])('64 kB of %s', (_, text) => {
    expect(faults(toBytes(text))).toEqual([]);
  });
});

describe('round trips', () => {
  const token = fc.stringMatching(/^[A-Za-z0-9.!%*_+`'~-]{1,12}$/);
  const value = fc.stringMatching(/^[\x21-\x7e\x80-\xff]([\x20-\x7e\x80-\xff]{0,30}[\x21-\x7e\x80-\xff])?$/);
  const header = fc.tuple(fc.oneof(token, fc.constantFrom(...HEADER_NAMES, 'v', 'F', 'tO')), value);
  const separator = fc.constantFrom(': ', ':', ' : ', ':\r\n  ', '\t:  ');

  it('encode(toDraft(parse(b))) gives b for every well-formed message', () => {
    fc.assert(
      fc.property(
        token,
        fc.array(fc.tuple(header, separator), { maxLength: 8 }),
        fc.uint8Array({ maxLength: 40 }),
        (method, headers, body) => {
          const lines = headers.map(([[name, text], between]) => `${name}${between}${text}\r\n`).join('');
          const octets = `${method} sip:a@b SIP/2.0\r\n${lines}Content-Length: ${body.length}\r\n\r\n${octetText(body)}`;
          expect(octetText(encode(toDraft(parseMessage(toBytes(octets)))))).toBe(octets);
        },
      ),
    );
  });

  it('encodeText and decodeText undo each other', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(decodeText(encodeText(text))).toBe(text);
      }),
    );
  });
});
