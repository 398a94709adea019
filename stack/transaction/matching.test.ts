import { describe, expect, it } from 'vitest';
import { topVia } from '../message/headers/via.ts';
import { request } from '../testing/sip-messages.ts';
import { hasUniqueBranch } from './matching.ts';

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
});
