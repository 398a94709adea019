import { describe, expect, it } from 'vitest';
import { createIds } from '../core/seeded-ids.ts';
import { orderSrv } from './srv-order.ts';

const record = (priority: number, weight: number, target: string) => ({
  priority,
  weight,
  port: 5060,
  target,
});

describe('order of SRV records (RFC 2782)', () => {
  it('goes by priority', () => {
    const ordered = orderSrv([record(20, 0, 'c'), record(5, 0, 'a'), record(10, 0, 'b')], createIds('x'));
    expect(ordered.map(({ target }) => target)).toEqual(['a', 'b', 'c']);
  });

  it('draws within a priority in proportion to the weights', () => {
    const ids = createIds('weights');
    const records = [record(1, 10, 'light'), record(1, 30, 'heavy')];
    const first = Array.from({ length: 4000 }, () => orderSrv(records, ids)[0]?.target);
    const heavy = first.filter((target) => target === 'heavy').length / 4000;
    expect(heavy).toBeGreaterThan(0.7);
    expect(heavy).toBeLessThan(0.8);
  });

  it('leaves a record of weight 0 a small chance beside others', () => {
    const ids = createIds('zero');
    const records = [record(1, 0, 'rare'), record(1, 99, 'usual')];
    const rare = Array.from({ length: 5000 }, () => orderSrv(records, ids)[0]?.target).filter(
      (t) => t === 'rare',
    );
    expect(rare.length).toBeGreaterThan(10);
    expect(rare.length).toBeLessThan(120);
  });

  it('keeps every record exactly once', () => {
    const records = Array.from({ length: 50 }, (_, i) => record(i % 3, i % 7, `t${i}`));
    const ordered = orderSrv(records, createIds('all'));
    expect([...ordered.map(({ target }) => target)].sort()).toEqual(
      records.map(({ target }) => target).sort(),
    );
  });
});
