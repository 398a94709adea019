import { describe, expect, it } from 'vitest';
import { createRandomIds } from './random-ids.ts';

describe('createRandomIds', () => {
  it('keeps to the forms of the interface and does not repeat itself', () => {
    const ids = createRandomIds();
    const seen = new Set<string>();
    for (let i = 0; i < 20_000; i++) {
      const branch = ids.branch();
      const tag = ids.tag();
      if (!/^z9hG4bK[0-9a-z]{16}$/.test(branch)) expect(branch).toBe('a branch');
      if (!/^[0-9a-z]{10}$/.test(tag)) expect(tag).toBe('a tag');
      seen.add(branch).add(tag);
    }
    expect(seen.size).toBe(40_000);
    expect(ids.callId()).toMatch(/^[0-9a-z]{20}$/);
    expect(ids.callId('192.0.2.1')).toMatch(/^[0-9a-z]{20}@192\.0\.2\.1$/);
    expect(ids.token(200)).toMatch(/^[0-9a-z]{200}$/);
  });

  it('draws numbers within their ranges', () => {
    const ids = createRandomIds();
    let sum = 0;
    for (let i = 0; i < 10_000; i++) {
      const cseq = ids.cseq();
      const chance = ids.chance();
      expect(cseq >= 1 && cseq < 2 ** 31 && chance >= 0 && chance < 1).toBe(true);
      sum += chance;
    }
    expect(Math.abs(sum / 10_000 - 0.5)).toBeLessThan(0.05);
  });
});
