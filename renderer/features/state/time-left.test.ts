import { describe, expect, it } from 'vitest';
import { formatSpan, formatTimer, timeLeft } from './time-left.ts';

describe('time that is left', () => {
  it.each([
    [0, '0 s'],
    [9999, '9 s'],
    [60_000, '1 min 00 s'],
    [3_412_400, '56 min 52 s'],
    [7_500_000, '2 h 05 min'],
    [273_600_000, '3 d 4 h'],
    [-500, '0 s'],
  ])('%i ms are %s', (spanMs, text) => {
    expect(formatSpan(spanMs)).toBe(text);
  });

  it('shows timers with a tenth, and none below zero', () => {
    expect([formatTimer(2850), formatTimer(186_240), formatTimer(-40)]).toEqual([
      '2.9 s',
      '186.2 s',
      '0.0 s',
    ]);
  });

  it('tells how urgent an expiry is, and what share of what was granted is left', () => {
    expect(timeLeft(61_000, 120_000, 1000)).toMatchObject({
      share: 0.5,
      urgency: 'plenty',
      text: '1 min 00 s',
    });
    expect(timeLeft(10_000, 120_000, 1000)).toMatchObject({ urgency: 'soon', text: '9 s' });
    expect(timeLeft(1000, 120_000, 5000)).toEqual({
      leftMs: -4000,
      share: 0,
      urgency: 'over',
      text: 'expired 4 s ago',
    });
  });

  it('never shows more than all, when clocks differ', () => {
    expect(timeLeft(200_000, 120_000, 0).share).toBe(1);
  });
});
