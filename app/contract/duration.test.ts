import { describe, expect, it } from 'vitest';
import { readDuration, writeDuration } from './duration.ts';

describe('times as people write them', () => {
  it.each([
    [0, 'ms', '0 ms'],
    [700, 'ms', '700 ms'],
    [1234, 'ms', '1234 ms'],
    [1500, 'ms', '1.5 s'],
    [20_000, 'ms', '20 s'],
    [180_000, 'ms', '3 min'],
    [90, 's', '90 s'],
    [1800, 's', '30 min'],
    [86_400, 's', '24 h'],
    [4_294_967_295, 's', '4294967295 s'],
  ] as const)('%d %s is written %s, and read back as it was', (value, unit, text) => {
    expect(writeDuration(value, unit)).toBe(text);
    expect(readDuration(text, unit)).toBe(value);
  });

  it.each([
    ['700', 'ms', 700],
    ['2 s', 'ms', 2000],
    ['0.5s', 'ms', 500],
    ['1 h', 's', 3600],
    ['500 ms', 's', 0.5],
    [' 3 MIN ', 'ms', 180_000],
  ] as const)('reads "%s" in a field of %s', (text, unit, value) => {
    expect(readDuration(text, unit)).toBe(value);
  });

  it.each(['', 'abc', '5 years', '-3', '1e3', '1,5 s'])('does not guess what "%s" means', (text) => {
    expect(readDuration(text, 'ms')).toBeNaN();
  });
});
