import { describe, expect, it } from 'vitest';
import { singleChange } from './single-change.ts';

describe('singleChange', () => {
  const apply = (before: string, after: string): string | undefined => {
    const change = singleChange(before, after);
    return change && before.slice(0, change.start) + change.text + before.slice(change.end);
  };

  it('is nothing for equal texts', () => {
    expect(singleChange('a\nb', 'a\nb')).toBeUndefined();
  });
  it('touches only what differs', () => {
    expect(singleChange('steps:\n  - a\n  - b\n', 'steps:\n  - a\n  - x\n  - b\n')).toEqual({
      start: 17,
      end: 17,
      text: 'x\n  - ',
    });
  });
  it.each([
    ['aaa', 'aa'],
    ['aa', 'aaaa'],
    ['', 'x'],
    ['x', ''],
    ['a😀b', 'a😁b'],
    ['a😀😀b', 'a😀b'],
    ['one two', 'two one'],
  ])('makes the one of the other: %s, %s', (before, after) => {
    expect(apply(before, after)).toBe(after);
  });
  it('leaves no half of a character', () => {
    const change = singleChange('a😀b', 'a😁b');
    expect(change).toEqual({ start: 1, end: 3, text: '😁' });
  });
});
