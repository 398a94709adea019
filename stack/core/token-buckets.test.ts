import { describe, expect, it } from 'vitest';
import { ManualClock } from '../testing/manual-clock.ts';
import { TokenBuckets } from './token-buckets.ts';

describe('TokenBuckets', () => {
  it('lets a source do its burst at once, and then as much as its rate', () => {
    const clock = new ManualClock();
    const buckets = new TokenBuckets(clock, { perSec: 2, burst: 3 });
    expect(Array.from({ length: 4 }, () => buckets.take('a'))).toEqual([true, true, true, false]);
    clock.advance(499);
    expect(buckets.take('a')).toBe(false);
    clock.advance(1);
    expect([buckets.take('a'), buckets.take('a')]).toEqual([true, false]);
    clock.advance(60_000);
    expect(Array.from({ length: 4 }, () => buckets.take('a'))).toEqual([true, true, true, false]);
  });

  it('counts each source for itself, and asking takes nothing', () => {
    const buckets = new TokenBuckets(new ManualClock(), { perSec: 1, burst: 1 });
    expect([
      buckets.has('a'),
      buckets.has('a'),
      buckets.take('a'),
      buckets.has('a'),
      buckets.has('b'),
    ]).toEqual([true, true, true, false, true]);
  });

  it('remembers a bounded number of sources, the latest ones', () => {
    const buckets = new TokenBuckets(new ManualClock(), { perSec: 1, burst: 1 });
    for (let i = 0; i <= 10_000; i++) buckets.take(`s${i}`);
    expect(buckets.sources).toBe(10_000);
    expect([buckets.take('s10000'), buckets.take('s0')]).toEqual([false, true]);
  });
});
