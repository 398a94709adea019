import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HashIndex } from './hash-index.ts';

/* Verified: it does what a Map does, also where many keys want the same place and where it grows and shrinks. */

/** Few low bits, so that keys meet. */
const aKey = fc.tuple(fc.nat(6), fc.nat(5)).map(([high, low]) => high * 2 ** 40 + 2 ** 32 * high + low + 1);
const aStep = fc.record({ key: aKey, value: fc.integer(), isRemoval: fc.boolean() });

describe('an index of hashes', () => {
  it('finds what a Map finds after the same steps', () => {
    fc.assert(
      fc.property(fc.array(aStep, { maxLength: 300 }), (steps) => {
        const index = new HashIndex();
        const map = new Map<number, number>();
        for (const { key, value, isRemoval } of steps) {
          if (isRemoval) expect(index.delete(key)).toBe(map.delete(key));
          else {
            index.set(key, value);
            map.set(key, value);
          }
        }
        expect(index.size).toBe(map.size);
        for (const { key } of steps)
          expect([index.get(key), index.has(key)]).toEqual([map.get(key), map.has(key)]);
      }),
    );
  });

  it('grows and shrinks without losing anything', () => {
    const index = new HashIndex();
    const keys = Array.from({ length: 10_000 }, (_, n) => (n + 1) * 7919 * 2 ** 20 + n);
    for (const [n, key] of keys.entries()) index.set(key, n);
    expect(keys.every((key, n) => index.get(key) === n)).toBe(true);
    for (const key of keys.slice(0, 9_990)) index.delete(key);
    expect(keys.map((key) => index.get(key)).filter((value) => value !== undefined)).toEqual(
      Array.from({ length: 10 }, (_, n) => 9_990 + n),
    );
    index.clear();
    expect([index.size, index.has(keys[9_999] ?? 0)]).toEqual([0, false]);
  });
});
