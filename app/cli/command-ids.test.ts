import { describe, expect, it } from 'vitest';
import { commandIds } from './command-ids.ts';

const firstTag = (seed: string | undefined): string => commandIds({ env: { SIPHON_ID_SEED: seed } }).tag();

describe('identifiers of a command', () => {
  it('repeat under one seed, differ under another, and without one never repeat', () => {
    expect(firstTag('42')).toBe(firstTag('42'));
    expect(firstTag('42')).not.toBe(firstTag('43'));
    for (const none of [undefined, '']) expect(firstTag(none)).not.toBe(firstTag(none));
  });
});
