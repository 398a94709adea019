import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byteRuns, decodeBase64, lineEndRun, splitLines, textOf } from './byte-lines.ts';
import { bytesOf } from './testing/builders.ts';

/** Runs as text: boxed ones in brackets, marked ones between asterisks. */
function show(octets: string, marked?: { start: number; end: number }): string {
  const bytes = bytesOf(octets, true);
  return byteRuns(bytes, { start: 0, end: bytes.length }, marked)
    .map((run) => (run.kind === 'boxed' ? `[${run.text}]` : run.text))
    .map((text, i) =>
      byteRuns(bytes, { start: 0, end: bytes.length }, marked)[i]?.isMarked ? `*${text}*` : text,
    )
    .join('');
}

describe('lines', () => {
  const endings = (text: string): readonly string[] =>
    splitLines(bytesOf(text)).map((line) => `${String(line.start)}-${String(line.end)} ${line.ending}`);

  test.each([
    ['', []],
    ['a\r\nb\r\n', ['0-3 crlf', '3-6 crlf']],
    ['a\nb', ['0-2 lf', '2-3 none']],
    ['a\rb\r\n', ['0-2 cr', '2-5 crlf']],
    ['\r\n\r\n', ['0-2 crlf', '2-4 crlf']],
    ['\r', ['0-1 cr']],
  ] as const)('%j', (text, expected) => {
    expect(endings(text)).toEqual(expected);
  });

  test('a bare line end is boxed with its rule, CRLF is quiet', () => {
    const [quiet, bare] = splitLines(bytesOf('a\r\nb\n'));
    expect(quiet && lineEndRun(quiet, undefined)).toMatchObject({ kind: 'line-end', text: '↵' });
    expect(bare && lineEndRun(bare, undefined)).toMatchObject({
      kind: 'boxed',
      text: 'LF',
      hint: 'Bare LF: RFC 3261 §7 wants CRLF',
    });
  });
});

describe('octets', () => {
  test.each([
    ['test\0call\t', 'test[NUL]call[TAB]'],
    ['caf\xc3\xa9', 'café'],
    ['caf\xe9!', 'caf[E9]!'],
    ['\xe2\x80\xae', '[U+202E]'],
    ['\xf0\x9f\x98\x80', '😀'],
    ['\xc0\xaf', '[C0][AF]'],
    ['\xed\xa0\x80', '[ED][A0][80]'],
    ['\xe2\x82', '[E2][82]'],
    ['\xff\xfe', '[FF][FE]'],
    ['\x7f\x1b', '[DEL][ESC]'],
  ])('%j shows as %s', (octets, shown) => {
    expect(show(octets)).toBe(shown);
  });

  test('text is cut where the mark begins and ends', () => {
    expect(show('branch=z9hG4bK;rport', { start: 7, end: 14 })).toBe('branch=*z9hG4bK*;rport');
    expect(show('abc', { start: 0, end: 3 })).toBe('*abc*');
  });

  test('a UTF-8 sequence is never cut', () => {
    expect(show('caf\xc3\xa9s', { start: 3, end: 4 })).toBe('caf*é*s');
  });

  test('every octet is in exactly one line and one run', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        let at = 0;
        for (const line of splitLines(bytes)) {
          expect(line.start).toBe(at);
          const runs = byteRuns(bytes, { start: line.start, end: line.contentEnd }, undefined);
          for (const run of runs) {
            expect(run.start).toBe(at);
            expect(run.end).toBeGreaterThan(run.start);
            at = run.end;
          }
          expect(at).toBe(line.contentEnd);
          at = line.end;
        }
        expect(at).toBe(bytes.length);
      }),
    );
  });

  test('the same text as the decoder of the platform, for well-formed UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const bytes = bytesOf(text);
        const runs = byteRuns(bytes, { start: 0, end: bytes.length }, undefined);
        expect(runs.every((run) => run.kind === 'text' || !/^[0-9A-F]{2}$/.test(run.text))).toBe(true);
      }),
    );
  });

  test('base64 and clipboard text', () => {
    expect(decodeBase64(btoa('\0\xff'))).toEqual(Uint8Array.of(0, 255));
    expect(textOf(bytesOf('Via: x'), { start: 5, end: 6 })).toBe('x');
  });
});
