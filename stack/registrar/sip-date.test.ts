import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sipDate } from './sip-date.ts';

describe('Date (RFC 3261 §20.17)', () => {
  it.each([
    [0, 'Thu, 01 Jan 1970 00:00:00 GMT'],
    [951_782_399_999, 'Mon, 28 Feb 2000 23:59:59 GMT'],
    [951_782_400_000, 'Tue, 29 Feb 2000 00:00:00 GMT'],
    [4_107_542_400_000, 'Mon, 01 Mar 2100 00:00:00 GMT'],
  ])('writes %i ms as %s', (wallMs, text) => {
    expect(sipDate(wallMs)).toBe(text);
  });

  it('writes every second of eight centuries as the platform does', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 25_245_561_600_000 }), (wallMs) => {
        expect(sipDate(wallMs)).toBe(new Date(wallMs).toUTCString());
      }),
    );
  });
});
