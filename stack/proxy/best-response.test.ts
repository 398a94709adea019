import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestResponse } from './best-response.ts';

describe('the best response (RFC 3261 §16.7 step 6)', () => {
  const statuses = fc.integer({ min: 300, max: 699 });
  const finals = fc.array(fc.record({ status: statuses, message: fc.constant(undefined) }), {
    minLength: 1,
    maxLength: 12,
  });

  it('is one of those that came, a 6xx before all others, else of the lowest class, in whatever order they came', () => {
    fc.assert(
      fc.property(finals, fc.nat(), (all, turn) => {
        const best = bestResponse(all);
        const classes = all.map(({ status }) => Math.floor(status / 100));
        const expected = classes.includes(6) ? 6 : Math.min(...classes);
        expect(all).toContain(best);
        expect(Math.floor((best?.status ?? 0) / 100)).toBe(expected);
        const turned = [...all.slice(turn % all.length), ...all.slice(0, turn % all.length)].reverse();
        expect(Math.floor((bestResponse(turned)?.status ?? 0) / 100)).toBe(expected);
      }),
    );
  });

  it('is 503, 408 or 487 only when nothing else of its class came', () => {
    fc.assert(
      fc.property(finals, (all) => {
        const best = bestResponse(all)?.status ?? 0;
        const rivals = all.filter(({ status }) => Math.floor(status / 100) === Math.floor(best / 100));
        if ([408, 430, 487, 503].includes(best))
          expect(rivals.every(({ status }) => [408, 430, 487, 503].includes(status))).toBe(true);
      }),
    );
  });

  it('is none of none', () => {
    expect(bestResponse([])).toBeUndefined();
  });
});
