import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { octetText, toBytes } from '../message/octets.ts';
import type { FramerOptions } from './framer.ts';
import { StreamFramer } from './framing.ts';

const OPTIONS = 'OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/TCP h\r\nContent-Length: 0\r\n\r\n';
const INVITE = 'INVITE sip:a@b SIP/2.0\r\nCall-ID: 1\r\nl: 7\r\n\r\nv=0\r\n\r\n';
const FOLDED = 'SIP/2.0 200 OK\r\nSubject: a\r\n b\r\nCONTENT-length :\r\n\t 3 \r\n\r\nabc';

function setUp(options?: FramerOptions) {
  const log: string[] = [];
  const framer = new StreamFramer(
    {
      onMessage: (bytes) => log.push(octetText(bytes)),
      onPing: () => log.push('ping'),
      onInvalid: (bytes, code) => log.push(`${code} ${octetText(bytes)}`),
    },
    options,
  );
  const push = (...texts: string[]): void => {
    for (const text of texts) framer.push(toBytes(text));
  };
  return { framer, log, push };
}

function frame(text: string, cuts: readonly number[] = []): string[] {
  const { framer, log } = setUp();
  const bytes = toBytes(text);
  const edges = [0, ...[...cuts].sort((a, b) => a - b), bytes.length];
  edges.forEach((edge, i) => {
    framer.push(bytes.slice(edge, edges[i + 1] ?? bytes.length));
  });
  return log;
}

describe('StreamFramer: messages by Content-Length (RFC 3261 §18.3)', () => {
  it('finds every message of one chunk', () => {
    expect(frame(OPTIONS + INVITE + FOLDED + OPTIONS)).toEqual([OPTIONS, INVITE, FOLDED, OPTIONS]);
  });

  it('finds them wherever the stream is cut', () => {
    const text = `\r\n\r\n${INVITE}\r\n${FOLDED}${OPTIONS}`;
    const whole = frame(text);
    expect(whole).toEqual(['ping', INVITE, FOLDED, OPTIONS]);
    for (let cut = 0; cut <= text.length; cut++) expect([cut, frame(text, [cut])]).toEqual([cut, whole]);
    expect(
      frame(
        text,
        Array.from({ length: text.length }, (_, i) => i),
      ),
    ).toEqual(whole);
  });

  it('finds them whatever they are and however the stream is cut', () => {
    const name = fc.constantFrom('Content-Length', 'content-length', 'CONTENT-LENGTH', 'l', 'L');
    const message = fc
      .tuple(name, fc.string({ maxLength: 80 }), fc.boolean())
      .map(([header, unicode, isBare]) => {
        const body = octetText(toBytes(unicode));
        const eol = isBare ? '\n' : '\r\n';
        return ['MESSAGE sip:a@b SIP/2.0', `${header}: ${body.length}`, 'Subject: length: 12', '', body].join(
          eol,
        );
      });
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 8 }),
        fc.array(fc.nat(2000), { maxLength: 20 }),
        (messages, cuts) => {
          const text = messages.join('');
          expect(
            frame(
              text,
              cuts.filter((cut) => cut < text.length),
            ),
          ).toEqual(messages);
        },
      ),
    );
  });

  it('takes a missing Content-Length as 0 and lines that only look like one as no such line', () => {
    const plain = 'OPTIONS sip:a@b SIP/2.0\r\nContent-Lengthy: 5\r\nLx: 6\r\nX: l: 7\r\n\r\n';
    expect(frame(plain + OPTIONS)).toEqual([plain, OPTIONS]);
  });

  it('accepts a Content-Length that is repeated with the same value', () => {
    const twice = 'MESSAGE sip:a@b SIP/2.0\r\nl: 1\r\nContent-Length: 01\r\n\r\nx';
    expect(frame(twice)).toEqual([twice]);
  });

  it('passes text that is no SIP on as a message and is in step at the blank line', () => {
    const http = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
    expect(frame(http + OPTIONS)).toEqual([http, OPTIONS]);
  });
});

describe('StreamFramer: keep-alives (RFC 5626 §4.4.1)', () => {
  it('tells a double CRLF, not a single one, in whatever pieces it comes', () => {
    const { log, push } = setUp();
    push('\r\n', '\r', '\n');
    expect(log).toEqual(['ping']);
    push('\r\n', OPTIONS, '\r\n\r\n\r\n', OPTIONS);
    expect(log).toEqual(['ping', OPTIONS, 'ping', OPTIONS]);
    push('\n\n');
    expect(log).toHaveLength(4);
  });
});

describe('StreamFramer: what cannot be framed', () => {
  const limits = { headerBytes: 200, bodyBytes: 50 };
  it.each([
    ['a TLS client', '\x16\x03\x01\x02', 'not-sip \x16\x03\x01\x02'],
    ['a CR without LF', '\rX', 'not-sip \rX'],
    [
      'a Content-Length of letters',
      'A b SIP/2.0\r\nl: x\r\n\r\nrest',
      'bad-content-length A b SIP/2.0\r\nl: x\r\n\r\nrest',
    ],
    ['an empty Content-Length', 'A b SIP/2.0\r\nl:\r\n\r\n', 'bad-content-length A b SIP/2.0\r\nl:\r\n\r\n'],
    ['a negative one', 'A b SIP/2.0\r\nl: -1\r\n\r\n', 'bad-content-length A b SIP/2.0\r\nl: -1\r\n\r\n'],
    [
      'two that disagree',
      'A b SIP/2.0\r\nl: 1\r\nl: 2\r\n\r\n',
      'bad-content-length A b SIP/2.0\r\nl: 1\r\nl: 2\r\n\r\n',
    ],
    [
      'a body past the limit',
      'A b SIP/2.0\r\nl: 51\r\n\r\nabc',
      'body-too-long A b SIP/2.0\r\nl: 51\r\n\r\n',
    ],
    ['a header block past the limit', `A ${'b'.repeat(300)}`, `header-too-long A ${'b'.repeat(198)}`],
  ])('reports %s once and is deaf from then on', (_, text, expected) => {
    const { framer, log, push } = setUp({ limits });
    push(OPTIONS, text, OPTIONS, '\r\n\r\n');
    expect(log).toEqual([OPTIONS, expected]);
    expect(framer.pendingBytes).toBe(0);
  });

  it('reports a header block past the limit wherever the stream is cut', () => {
    for (const tail of ['', '\r', '\r\n', '\r\n\r']) {
      const { log, push } = setUp({ limits });
      const text = `A ${'b'.repeat(198 - tail.length)}${tail}`;
      for (const octet of `${text}\r\n\r\n`) push(octet);
      expect(log).toEqual([`header-too-long ${text}`]);
    }
  });

  it('stops at once when told to from inside an event', () => {
    const log: string[] = [];
    const framer: StreamFramer = new StreamFramer({
      onMessage: (bytes) => {
        log.push(octetText(bytes));
        framer.stop();
      },
      onPing: () => log.push('ping'),
      onInvalid: () => log.push('invalid'),
    });
    framer.push(toBytes(`${OPTIONS}${OPTIONS}\r\n\r\n\x00`));
    expect(log).toEqual([OPTIONS]);
  });
});

describe('StreamFramer: cost', () => {
  it('never throws and keeps no more than its limits, whatever arrives', () => {
    const piece = fc.oneof(
      { weight: 3, arbitrary: fc.uint8Array({ maxLength: 60 }) },
      {
        weight: 3,
        arbitrary: fc
          .constantFrom(OPTIONS, INVITE, 'l: 9\r\n', '\r\n', '\n', 'A b SIP/2.0\r\n', ' ', 'l:')
          .map(toBytes),
      },
    );
    const limits = { headerBytes: 300, bodyBytes: 100 };
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const { framer, log } = setUp({ limits });
        for (const bytes of pieces) {
          framer.push(bytes);
          expect(framer.pendingBytes).toBeLessThanOrEqual(400);
        }
        const total = pieces.reduce((sum, bytes) => sum + bytes.length, 0);
        expect(log.join('').length).toBeLessThanOrEqual(total + 4 * log.length + 20);
      }),
      { numRuns: 500 },
    );
  });

  it('copies a message that trickles in octet by octet only a few times over', () => {
    let allocated = 0;
    const { log, push } = setUp({
      allocate: (size) => {
        allocated += size;
        return new Uint8Array(size);
      },
    });
    const body = 'x'.repeat(100_000);
    const text = `MESSAGE sip:a@b SIP/2.0\r\nl: ${body.length}\r\n\r\n${body}`;
    for (const octet of text) push(octet);
    expect(log).toEqual([text]);
    expect(allocated).toBeLessThan(5 * text.length);
  });

  it('copies nothing when messages come whole, and little when chunks end inside them', () => {
    let allocated = 0;
    const { log, push } = setUp({
      allocate: (size) => {
        allocated += size;
        return new Uint8Array(size);
      },
    });
    push(OPTIONS.repeat(100));
    expect([log.length, allocated]).toEqual([100, 0]);
    const stream = INVITE.repeat(1000);
    for (let at = 0; at < stream.length; at += 1000) push(stream.slice(at, at + 1000));
    expect(log).toHaveLength(1100);
    expect(allocated).toBeLessThan(4 * stream.length);
  });
});
