import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toBytes } from '../message/octets.ts';
import { WideHash } from './wide-hash.ts';

/* Verified: what the hash is the same for and what it tells apart; that it fits into 53 bits and spreads over its low bits, which tables take. */

const aText = fc.string({ maxLength: 40 });
const hashOf = (text: string, seed = 1): number => new WideHash(seed).begin().text(text).value;

describe('a hash of 53 bits', () => {
  it('is a safe integer from 1 on, the same for text and for its octets, whole or in pieces', () => {
    fc.assert(
      fc.property(aText, aText, fc.integer(), (left, right, seed) => {
        const hash = new WideHash(seed);
        const whole = hash.begin().text(left + right).value;
        const bytes = toBytes(left + right);
        expect(Number.isSafeInteger(whole) && whole >= 1).toBe(true);
        expect(hash.begin().octets(bytes, 0, bytes.length).value).toBe(whole);
        expect(hash.begin().text(left).text(right).value).toBe(whole);
      }),
    );
  });

  it('takes letters in any case where it is told to', () => {
    const hash = new WideHash(1);
    const upper = toBytes('WWW.Example.COM [::A]');
    const lower = hash.begin().text('www.example.com [::a]').value;
    expect(hash.begin().lowerCaseOctets(upper, 0, upper.length).value).toBe(lower);
    expect(hash.begin().octets(upper, 0, upper.length).value).not.toBe(lower);
  });

  it('tells apart the order of pieces, numbers between them, and seeds', () => {
    const hash = new WideHash(1);
    const values = [
      hash.begin().text('ab').value,
      hash.begin().text('ba').value,
      hash.begin().text('a').number(0).text('b').value,
      hash.begin().text('a').number(1).text('b').value,
      hash.begin().text('a').number(-1).text('b').value,
      hashOf('ab', 2),
      hashOf(''),
    ];
    expect(new Set(values).size).toBe(values.length);
  });

  it.each([
    ['numbered branches', (n: number) => `z9hG4bK-bench-${n}-`],
    ['long texts that differ at their end', (n: number) => `${'x'.repeat(60)}${n}`],
    ['short texts', (n: number) => n.toString(36)],
  ])('spreads 20,000 %s over the low bits and never gives the same twice', (_, text) => {
    const values = Array.from({ length: 20_000 }, (__, n) => hashOf(text(n)));
    expect(new Set(values).size).toBe(20_000);
    const buckets = new Array<number>(256).fill(0);
    for (const value of values) buckets[value % 256] = (buckets[value % 256] ?? 0) + 1;
    // 78 each on average; a random function stays within these bounds but once in a million times.
    expect(Math.min(...buckets)).toBeGreaterThan(30);
    expect(Math.max(...buckets)).toBeLessThan(140);
  });
});
