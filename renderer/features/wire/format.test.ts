import { describe, expect, test } from 'vitest';
import {
  formatCount,
  formatDay,
  formatDuration,
  formatGap,
  formatNumberOf,
  formatSeconds,
  formatSize,
  formatTimeOfDay,
  formatTimeOfDayMs,
} from './format.ts';

const at = new Date(2026, 10, 21, 14, 2, 48, 6).getTime();

describe('figures', () => {
  test.each([
    [0, '0'],
    [999, '999'],
    [1842, '1\u202f842'],
    [1_234_567, '1\u202f234\u202f567'],
  ])('%d is written %s', (value, text) => {
    expect(formatCount(value)).toBe(text);
  });

  test('a number agrees with its noun', () => {
    expect([0, 1, 2].map((n) => formatNumberOf(n, 'message'))).toEqual([
      '0 messages',
      '1 message',
      '2 messages',
    ]);
  });

  test.each([
    [0, '0 B'],
    [818, '818 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [9_960, '10 kB'],
    [34_000_000, '34 MB'],
    [999_600, '1.0 MB'],
  ])('%d octets are %s', (size, text) => {
    expect(formatSize(size)).toBe(text);
  });
});

describe('times', () => {
  test.each([
    [0, '0 ms'],
    [12.4, '12 ms'],
    [999, '999 ms'],
    [4200, '4.2 s'],
    [6861, '6.86 s'],
    [22_412, '22.4 s'],
    [59_949, '59.9 s'],
    [59_960, '1 min'],
    [57 * 60_000, '57 min'],
    [125 * 60_000, '2 h 5 min'],
    [120 * 60_000, '2 h'],
  ])('%d ms last %s', (duration, text) => {
    expect(formatDuration(duration)).toBe(text);
  });

  test('gaps keep a tenth of a second', () => {
    expect([1000, 1927, 4216, 61_000].map(formatGap)).toEqual(['1.0 s', '1.9 s', '4.2 s', '1 min']);
  });

  test('the time of day is local', () => {
    expect([formatTimeOfDay(at), formatTimeOfDayMs(at), formatDay(at)]).toEqual([
      '14:02:48',
      '14:02:48.006',
      '2026-11-21',
    ]);
  });

  test('columns of seconds keep three digits', () => {
    expect([0, 4, 22_410].map(formatSeconds)).toEqual(['0.000', '0.004', '22.410']);
  });
});
