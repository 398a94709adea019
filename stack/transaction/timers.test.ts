import { describe, expect, it } from 'vitest';
import { TIMERS, timerEReachesT2, type TimerName } from './timers.ts';
import { DEFAULT_TIMING } from './types.ts';

describe('timers (RFC 3261 table 4, RFC 6026)', () => {
  it('have their first delays over UDP and over reliable transports', () => {
    const names = Object.keys(TIMERS) as TimerName[];
    const delays = names.map((name) => [
      name,
      TIMERS[name].firstMs(DEFAULT_TIMING, false),
      TIMERS[name].firstMs(DEFAULT_TIMING, true),
    ]);
    expect(delays).toEqual([
      ['100', 200, 200],
      ['a', 500, undefined],
      ['b', 32_000, 32_000],
      ['d', 32_000, 0],
      ['e', 500, undefined],
      ['f', 32_000, 32_000],
      ['g', 500, undefined],
      ['h', 32_000, 32_000],
      ['i', 5000, 0],
      ['j', 32_000, 0],
      ['k', 5000, 0],
      ['l', 32_000, 32_000],
      ['m', 32_000, 32_000],
      ['late-100', 3500, 3500],
    ]);
  });

  it('know when a client’s timer E reaches T2 (RFC 4320 §4.1)', () => {
    expect(timerEReachesT2(DEFAULT_TIMING)).toBe(3500);
    expect(timerEReachesT2({ t1Ms: 50, t2Ms: 400, t4Ms: 500 })).toBe(350);
    expect(timerEReachesT2({ t1Ms: 500, t2Ms: 500, t4Ms: 500 })).toBe(500);
    expect(timerEReachesT2({ t1Ms: 300, t2Ms: 1000, t4Ms: 500 })).toBe(900);
  });
});
