import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { reasons } from '../headers/reason.ts';
import { cseq } from '../headers/cseq.ts';
import { octetText } from '../octets.ts';
import { parseMessage } from '../parse.ts';
import { formatCpim, parseCpim } from './cpim.ts';
import { formatDtmfRelay, parseDtmf, parseDtmfRelay } from './dtmf.ts';
import { formatMessageSummary, parseMessageSummary } from './message-summary.ts';
import { formatMultipart, parseMultipart, type Multipart } from './multipart.ts';
import { formatSipfrag, parseSipfrag } from './sipfrag.ts';
import type { Parsed } from './xml.ts';

function valueOf<T>(parsed: Parsed<T>): T {
  if (parsed.kind !== 'ok') throw new Error(parsed.message);
  return parsed.value;
}

const problemOf = (parsed: Parsed<unknown>): string | undefined =>
  parsed.kind === 'ok' ? undefined : parsed.message;

const contents = (text: string, { parts }: Multipart): readonly string[] =>
  parts.map(({ content }) => text.slice(content.start, content.end));

describe('multipart (RFC 2046 §5.1, RFC 5621)', () => {
  const MIXED =
    'This is the preamble.\r\n--b 1\r\nContent-Type: application/sdp\r\nContent-ID: <sdp@x>\r\n' +
    'Content-Disposition: Session\r\n\r\nv=0\r\n\r\n--b 1  \r\n\r\nno headers\r\n--b 1 is not a boundary\r\n--b 1--\r\nepilogue';

  it('RFC 2046 §5.1.1: takes preamble, parts and epilogue apart and loses no octet', () => {
    const read = valueOf(parseMultipart(MIXED, 'Multipart/Mixed; boundary="b 1"'));
    expect([read.subtype, read.boundary]).toEqual(['mixed', 'b 1']);
    expect([read.preamble, read.epilogue].map(({ start, end }) => MIXED.slice(start, end))).toEqual([
      'This is the preamble.',
      'epilogue',
    ]);
    expect(contents(MIXED, read)).toEqual(['v=0\r\n', 'no headers\r\n--b 1 is not a boundary']);
    expect(read.parts.map((p) => [p.type, p.disposition, p.isOptional, p.contentId])).toEqual([
      ['application/sdp', 'session', false, 'sdp@x'],
      ['text/plain', undefined, false, undefined],
    ]);
  });

  it('RFC 5621 §4: reads handling=optional', () => {
    const text = '--x\r\nContent-Disposition: alert ;\r\n handling = Optional\r\n\r\n\r\n--x--';
    const [part] = valueOf(parseMultipart(text, 'multipart/related;boundary=x')).parts;
    expect([part?.disposition, part?.isOptional, part?.content]).toEqual([
      'alert',
      true,
      { start: 59, end: 59 },
    ]);
  });

  it('RFC 2046 §5.1.2: takes nested multiparts apart by another call', () => {
    const inner = formatMultipart([{ headers: [], content: 'deep' }], 'in');
    const headers = [{ name: 'Content-Type', value: 'multipart/alternative;boundary=in' }];
    const text = formatMultipart([{ headers, content: inner }], 'out');
    const outer = valueOf(parseMultipart(text, 'multipart/mixed;boundary=out'));
    const again = contents(text, outer)[0] ?? '';
    expect(again).toBe(inner);
    expect(contents(again, valueOf(parseMultipart(again, 'multipart/alternative;boundary=in')))).toEqual([
      'deep',
    ]);
  });

  it('RFC 4475 §3.1.1.11: reads the multipart body of the torture message with its binary part', () => {
    const url = new URL('../testdata/rfc4475/mpart01.dat', import.meta.url);
    const message = parseMessage(new Uint8Array(readFileSync(url)));
    const text = octetText(message.bytes, message.body.start, message.body.end);
    const read = valueOf(parseMultipart(text, message.first('Content-Type') ?? ''));
    expect(read.parts.map((p) => [p.type, p.content.end - p.content.start])).toEqual([
      ['text/plain', 5],
      ['application/octet-stream', 342],
    ]);
  });

  it.each([
    ['text/plain', 'x', 'The Content-Type is not multipart.'],
    ['multipart/mixed', '--x--', 'The boundary is missing or malformed.'],
    ['multipart/mixed;boundary="a\tb"', '--x--', 'The boundary is missing or malformed.'],
    ['multipart/mixed;boundary=x', 'y', 'No line with the boundary was found.'],
    ['multipart/mixed;boundary=x', '--x\r\n\r\ny', 'The closing boundary is missing.'],
    ['multipart/mixed;boundary=x', '--x\r\n'.repeat(300), 'There are more than 256 parts.'],
  ])('RFC 2046 §5.1.1: says what is wrong with %s %j', (type, text, problem) => {
    expect(problemOf(parseMultipart(text, type))).toBe(problem);
  });

  it('RFC 2046 §5.1.1: reads back whatever was written', () => {
    const content = fc.string({
      unit: fc.constantFrom('a', '\r\n', '-', '--', ' ', '\n', '\0'),
      maxLength: 30,
    });
    fc.assert(
      fc.property(fc.array(content, { minLength: 1, maxLength: 5 }), (list) => {
        const text = formatMultipart(
          list.map((c) => ({ headers: [{ name: 'X', value: 'y' }], content: c })),
          'bound',
        );
        expect(contents(text, valueOf(parseMultipart(text, 'multipart/mixed;boundary=bound')))).toEqual(list);
      }),
    );
  });
});

describe('sipfrag (RFC 3420)', () => {
  it('RFC 3420 §2: reads a status line alone, with or without its line end', () => {
    for (const text of ['SIP/2.0 603 Declined\r\n', 'SIP/2.0 603 Declined'])
      expect(valueOf(parseSipfrag(text)).startLine).toMatchObject({ status: 603, reason: 'Declined' });
  });

  it('RFC 3420 §3.1: reads a start line with some header fields', () => {
    const { startLine, message } = valueOf(
      parseSipfrag('INVITE sip:bob@b SIP/2.0\r\nCSeq: 7 INVITE\r\nReason: SIP;cause=480\r\n'),
    );
    expect([startLine?.kind, cseq(message)?.number, reasons(message)[0]?.cause]).toEqual(['request', 7, 480]);
  });

  it('RFC 3420 §3.2: reads header fields without a start line, and a body', () => {
    const { startLine, message } = valueOf(parseSipfrag('CSeq: 1 BYE\r\nContent-Type: text/plain\r\n\r\nhi'));
    expect([startLine, cseq(message)?.method, message.headers.length]).toEqual([undefined, 'BYE', 2]);
    expect(octetText(message.bytes, message.body.start)).toBe('hi');
  });

  it.each(['', 'garbage', 'SIP/2.0 6 x', 'CSeq: 1 BYE\r\nno colon\r\n'])(
    'RFC 3420 §2: refuses %j',
    (text) => {
      expect(parseSipfrag(text).kind).toBe('malformed');
    },
  );

  it('RFC 3420 §2: writes what is given and nothing else', () => {
    expect(formatSipfrag({ startLine: 'SIP/2.0 200 OK' })).toBe('SIP/2.0 200 OK\r\n');
    expect(formatSipfrag({ headers: [{ name: 'To', value: '<sip:a@b>' }], body: 'x' })).toBe(
      'To: <sip:a@b>\r\n\r\nx',
    );
  });
});

describe('CPIM (RFC 3862)', () => {
  const TEXT =
    'From: MR SANDERS <im:piglet@100akerwood.com>\r\nTo: Depressed Donkey <im:eeyore@100akerwood.com>\r\nTo: <im:b>\r\n' +
    'DateTime: 2000-12-13T13:40:00-08:00\r\nSubject: the weather \\\\ \\u00e9\\n\r\nSubject:;lang=fr beau temps\r\n' +
    'NS: MyFeatures <mid:MessageFeatures@id.foo.com>\r\nRequire: MyFeatures.VitalMessageOption, X\r\n\r\n' +
    'Content-type: text/xml; charset=utf-8\r\nContent-ID: <1234567890@foo.com>\r\n\r\n<body>\r\n\r\nHi\r\n</body>';

  it('RFC 3862 §2, §3: reads message headers, their escapes, and the content', () => {
    const read = valueOf(parseCpim(TEXT));
    expect({ ...read, headers: read.headers.length, contentHeaders: read.contentHeaders.length }).toEqual({
      headers: 8,
      from: 'MR SANDERS <im:piglet@100akerwood.com>',
      to: ['Depressed Donkey <im:eeyore@100akerwood.com>', '<im:b>'],
      cc: [],
      dateTime: '2000-12-13T13:40:00-08:00',
      subjects: [
        { text: 'the weather \\ \u00c3\u00a9\n', lang: undefined },
        { text: 'beau temps', lang: 'fr' },
      ],
      require: ['MyFeatures.VitalMessageOption', 'X'],
      contentHeaders: 2,
      contentType: 'text/xml',
      content: '<body>\r\n\r\nHi\r\n</body>',
    });
  });

  it('RFC 3862 §3.2: writes header values with their escapes and reads them back', () => {
    const text = formatCpim(
      [{ name: 'Subject', value: 'a\\b\nc\td' }],
      [{ name: 'Content-Type', value: 'text/plain' }],
      'x',
    );
    expect(text).toContain('Subject: a\\\\b\\nc\\td\r\n');
    expect(valueOf(parseCpim(text)).subjects).toEqual([{ text: 'a\\b\nc\td', lang: undefined }]);
  });

  it.each([
    ['From: <im:a>', 'The headers of the content are missing.'],
    ['no colon\r\n\r\nContent-Type: a/b\r\n\r\n', 'A message header has no name.'],
    ['From: <im:a>\r\n\r\n: x\r\n\r\n', 'A header of the content has no name.'],
  ])('RFC 3862 §2: says what is wrong with %j', (text, problem) => {
    expect(problemOf(parseCpim(text))).toBe(problem);
  });
});

describe('keys in INFO (RFC 6086 §1)', () => {
  it.each([
    ['Signal=5\r\nDuration=160\r\n', { signal: '5', durationMs: 160 }],
    ['signal = d\nDURATION= 250', { signal: 'D', durationMs: 250 }],
    ['Signal=11', { signal: '#', durationMs: undefined }],
  ])('RFC 6086 §1: reads dtmf-relay %j', (text, expected) => {
    expect(valueOf(parseDtmfRelay(text))).toEqual(expected);
    expect(valueOf(parseDtmfRelay(formatDtmfRelay(expected)))).toEqual(expected);
  });

  it.each(['', 'Signal=', 'Signal=E', 'Signal=55', 'Signal=5\r\nDuration=long'])(
    'RFC 6086 §1: refuses dtmf-relay %j',
    (text) => {
      expect(parseDtmfRelay(text).kind).toBe('malformed');
    },
  );

  it('RFC 6086 §1: reads dtmf, one key', () => {
    expect(valueOf(parseDtmf(' *\r\n'))).toBe('*');
    expect(parseDtmf('12345').kind).toBe('malformed');
  });
});

describe('message summary (RFC 3842)', () => {
  const TEXT =
    'Messages-Waiting: yes\r\nMessage-Account: sip:alice@vmail.example.com\r\nVoice-Message: 4/8 (1/2)\r\nFax-Message: 0/1\r\n' +
    '\r\nTo: <alice@atlanta.example.com>\r\nSubject: carpool\r\n\r\nTo: <bob@b>\r\n';

  it('RFC 3842 §5.2: reads waiting, account, counts and the headers of single messages', () => {
    const read = valueOf(parseMessageSummary(TEXT));
    expect([read.isWaiting, read.account, [...read.counts]]).toEqual([
      true,
      'sip:alice@vmail.example.com',
      [
        ['voice-message', { fresh: 4, old: 8, urgentFresh: 1, urgentOld: 2 }],
        ['fax-message', { fresh: 0, old: 1, urgentFresh: undefined, urgentOld: undefined }],
      ],
    ]);
    expect(read.messages.map((headers) => headers.map(({ name }) => name))).toEqual([
      ['To', 'Subject'],
      ['To'],
    ]);
    expect(formatMessageSummary(read)).toBe(TEXT);
  });

  it.each([
    ['', 'Messages-Waiting is neither yes nor no.'],
    ['Messages-Waiting: maybe', 'Messages-Waiting is neither yes nor no.'],
    ['Messages-Waiting: no\r\nVoice-Message: many\r\n', 'Voice-Message is not "new/old (urgent/urgent)".'],
    ['Messages-Waiting: no\r\nnonsense\r\n', 'A line is no "name: value".'],
  ])('RFC 3842 §5.2: says what is wrong with %j', (text, problem) => {
    expect(problemOf(parseMessageSummary(text))).toBe(problem);
  });
});

it('RFC 2046 §5.1: no text makes a reader of bodies throw, and spans stay inside', () => {
  const piece = fc.constantFrom(
    '--x',
    '--',
    '\r\n',
    '\n',
    ':',
    'Signal=',
    'SIP/2.0 ',
    'a',
    ' ',
    '\\u00',
    ';',
    '"',
    '\0',
  );
  fc.assert(
    fc.property(fc.string({ unit: piece, maxLength: 60 }), (text) => {
      for (const read of [parseSipfrag, parseCpim, parseDtmf, parseDtmfRelay, parseMessageSummary])
        read(text);
      const multi = parseMultipart(text, 'multipart/mixed;boundary=x');
      if (multi.kind !== 'ok') return;
      let last = multi.value.preamble.end;
      for (const { span, content } of multi.value.parts) {
        expect(last <= span.start && span.start <= content.start && content.end === span.end).toBe(true);
        last = span.end;
      }
      expect(last <= multi.value.epilogue.start && multi.value.epilogue.end === text.length).toBe(true);
    }),
    { numRuns: 500 },
  );
});
