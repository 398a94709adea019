import { describe, expect, it } from 'vitest';
import { topVia } from '../message/headers/via.ts';
import { request } from '../testing/sip-messages.ts';
import { hasUniqueBranch, mergeKey } from './matching.ts';

describe('keys of transactions', () => {
  it.each([
    ['z9hG4bKabc', true],
    ['z9hG4bK', false],
    ['Z9HG4BKabc', false],
    ['1', false],
  ])('branch %s is unique: %s (RFC 3261 §8.1.1.7)', (branch, isUnique) => {
    const via = topVia(request('OPTIONS', { branch }));
    expect(via && hasUniqueBranch(via)).toBe(isUnique);
  });

  it('has no merge key for a request that lacks what it is made of (§8.2.2.2)', () => {
    expect(mergeKey(request('OPTIONS'))).toBe('call-1@example.com\na1\n1 OPTIONS');
    expect(mergeKey(request('OPTIONS', { from: '<sip:alice@example.com>' }))).toBeUndefined();
    expect(mergeKey(request('OPTIONS', { to: '<sip:bob@example.com>;tag=b1' }))).toBeUndefined();
    expect(mergeKey(request('OPTIONS', { cseq: 2 ** 31 }))).toBeUndefined();
  });
});
