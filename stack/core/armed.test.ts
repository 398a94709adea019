import { describe, expect, it } from 'vitest';
import { Armed, ArmedList, type Amount } from './armed.ts';
import { createIds } from './seeded-ids.ts';

const thing = (spec: string, amount: Amount) => ({ spec, amount });
const never = (): number => 0.999;

describe('what is armed on purpose', () => {
  it('happens always, or the next so many times', () => {
    const always = new Armed(thing('a', { kind: 'always' }));
    const two = new Armed(thing('b', { kind: 'next', count: 2 }));
    expect([1, 2, 3].map(() => always.take(never))).toEqual([true, true, true]);
    expect([1, 2, 3].map(() => two.take(never))).toEqual([true, true, false]);
    expect([always.hits, always.left, two.hits, two.left]).toEqual([3, undefined, 2, 0]);
  });

  it('happens for its share, the same times under the same seed', () => {
    const run = (): readonly boolean[] => {
      const ids = createIds('faults');
      const chance = (): number => ids.chance();
      const share = new Armed(thing('c', { kind: 'share', percent: 30 }));
      return Array.from({ length: 1000 }, () => share.take(chance));
    };
    const hits = run().filter(Boolean).length;
    expect(hits).toBeGreaterThan(250);
    expect(hits).toBeLessThan(350);
    expect(run()).toEqual(run());
  });

  it('keeps its count when the list changes around it, and begins anew when it comes back', () => {
    const list = new ArmedList();
    const one = thing('one', { kind: 'next', count: 3 });
    const other = thing('other', { kind: 'always' });
    list.replace([one]);
    list.entries[0]?.take(never);
    list.replace([other, one, one]);
    expect(list.entries.map(({ hits }) => hits)).toEqual([0, 1, 0]);
    list.replace([]);
    list.replace([one]);
    expect(list.entries.map(({ hits, left }) => [hits, left])).toEqual([[0, 3]]);
  });
});
