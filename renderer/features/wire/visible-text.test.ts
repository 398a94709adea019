import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nameOfOddCharacter } from './odd-characters.ts';
import { cutMiddle, directionOf, tooltipText, visibleRuns, visibleString } from './visible-text.ts';

describe('values from the wire', () => {
  test('plain text is one run', () => {
    expect(visibleRuns('sip:bob@lab.test')).toEqual([{ kind: 'text', text: 'sip:bob@lab.test' }]);
    expect(visibleRuns('')).toEqual([]);
  });

  test.each([
    ['test\0call\t', 'test[NUL]call[TAB]'],
    ['pay\u202egpj.exe', 'pay[U+202E]gpj.exe'],
    ['a\u200bb\ufeffc', 'a[U+200B]b[U+FEFF]c'],
    ['line\r\nline\nline\r', 'line[CR][LF]line[LF]line[CR]'],
    ['\u0085\u00a0\u00ad\u007f\u001f', '[U+0085][NBSP][SHY][DEL][U+001F]'],
    ['مركز الاتصال', 'مركز الاتصال'],
    ['Jürgen 日本 😀', 'Jürgen 日本 😀'],
  ])('%j is shown as %s', (value, shown) => {
    expect(visibleString(value)).toBe(shown);
  });

  test('a letter of another script inside a Latin word is boxed with its code point', () => {
    expect(visibleString('p\u0430ypal.test')).toBe('p[\u0430 U+0430]ypal.test');
    expect(visibleString('почта.test')).toBe('почта.test');
  });

  test('a direction control says that it is not applied', () => {
    expect(visibleRuns('\u202e')).toEqual([
      { kind: 'boxed', text: 'U+202E', hint: 'U+202E: direction control, shown and not applied' },
    ]);
  });

  test('nothing odd is left in any text run, and nothing is dropped', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const runs = visibleRuns(value);
        const shown = runs.filter((run) => run.kind === 'text').map((run) => run.text);
        for (const character of shown.join('')) {
          expect(nameOfOddCharacter(character.codePointAt(0) ?? 0)).toBeUndefined();
        }
        const boxed = runs.filter((run) => run.kind === 'boxed').length;
        expect([...shown.join('')].length + boxed).toBe([...value].length);
      }),
    );
  });

  test('structure is read left to right, words in their own direction', () => {
    expect(directionOf('"مركز" <sip:desk@lab.test>')).toBe('ltr');
    expect(directionOf('مركز الاتصال')).toBe('auto');
  });

  test('tooltips stop at 400 characters, a cut in the middle keeps both ends', () => {
    expect(tooltipText('x'.repeat(400))).toHaveLength(400);
    expect(tooltipText('x'.repeat(401))).toBe(`${'x'.repeat(399)}…`);
    expect(cutMiddle('3c26a7f0-84de-4b1f@127.0.0.1', 13)).toBe('3c26a7….0.0.1');
    expect(cutMiddle('short', 13)).toBe('short');
  });
});
