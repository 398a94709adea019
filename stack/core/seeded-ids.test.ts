import { describe, expect, it } from 'vitest';
import { createIds } from './seeded-ids.ts';

describe('createIds', () => {
  it('gives the same identifiers under the same seed, others under another', () => {
    const draw = (seed: string): unknown[] => {
      const ids = createIds(seed);
      return [
        ids.branch(),
        ids.tag(),
        ids.callId(),
        ids.callId('example.com'),
        ids.cseq(),
        ids.token(5),
        ids.chance(),
      ];
    };
    expect(draw('one')).toEqual(draw('one'));
    expect(draw('one')).not.toEqual(draw('two'));
    expect(draw('')).not.toEqual(draw('one'));
  });

  it('keeps to the forms of the interface', () => {
    const ids = createIds('forms');
    for (let i = 0; i < 1000; i++) {
      expect(ids.branch()).toMatch(/^z9hG4bK[0-9a-z]{16}$/);
      expect(ids.tag()).toMatch(/^[0-9a-z]{10}$/);
      expect(ids.callId('h')).toMatch(/^[0-9a-z]{20}@h$/);
      expect(ids.cseq()).toBeGreaterThanOrEqual(1);
      expect(ids.cseq()).toBeLessThan(2 ** 31);
      const chance = ids.chance();
      expect(chance >= 0 && chance < 1).toBe(true);
    }
    expect(ids.token(0)).toBe('');
  });

  it('does not repeat a branch among 100,000 and spreads chance evenly', () => {
    const ids = createIds('spread');
    const branches = new Set<string>();
    const tenths = new Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i++) {
      branches.add(ids.branch());
      const tenth = Math.floor(ids.chance() * 10);
      tenths[tenth] = (tenths[tenth] ?? 0) + 1;
    }
    expect(branches.size).toBe(100_000);
    for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });
});
