import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OfferAnswer, type OfferSlot, type Side } from './offer-answer.ts';

/*
 * Verified: in which message an offer or answer may stand, and what becomes of one that may not.
 * Not here: the contents of descriptions (sdp/offer-answer.test.ts).
 */

type Step = readonly [Side, OfferSlot, string | undefined];

const run = (
  ...steps: readonly Step[]
): { readonly offers: OfferAnswer; readonly placed: readonly string[] } => {
  const offers = new OfferAnswer();
  const placed = steps.map(([side, slot, sdp]) => {
    if (slot === 'INVITE') offers.invite();
    if (sdp === undefined) {
      offers.missing(side, slot);
      return 'none';
    }
    return side === 'local' ? offers.sent(sdp, slot) : offers.received(sdp, slot);
  });
  return { offers, placed };
};

const L = 'local';
const R = 'remote';

describe('where offers and answers stand (RFC 6337 §2, table 1)', () => {
  it.each([
    [
      'INVITE, 2xx',
      [
        [L, 'INVITE', 'a'],
        [R, '2xx', 'b'],
      ],
    ],
    [
      '2xx, ACK',
      [
        [L, 'INVITE', undefined],
        [R, '2xx', 'b'],
        [L, 'ACK', 'a'],
      ],
    ],
    [
      'INVITE, reliable 1xx',
      [
        [L, 'INVITE', 'a'],
        [R, 'reliable-1xx', 'b'],
      ],
    ],
    [
      'reliable 1xx, PRACK',
      [
        [L, 'INVITE', undefined],
        [R, 'reliable-1xx', 'b'],
        [L, 'PRACK', 'a'],
      ],
    ],
    [
      'PRACK, its 2xx',
      [
        [L, 'PRACK', 'a'],
        [R, 'PRACK-2xx', 'b'],
      ],
    ],
    [
      'UPDATE, its 2xx',
      [
        [L, 'UPDATE', 'a'],
        [R, 'UPDATE-2xx', 'b'],
      ],
    ],
  ] as const satisfies readonly (readonly [string, readonly Step[]])[])('%s agree', (_name, steps) => {
    const { offers } = run(...steps);
    expect(offers).toMatchObject({ state: 'stable', localSdp: 'a', remoteSdp: 'b', findings: [] });
    const mirrored = run(...steps.map(([side, slot, sdp]): Step => [side === L ? R : L, slot, sdp]));
    expect(mirrored.offers).toMatchObject({ state: 'stable', localSdp: 'b', remoteSdp: 'a', findings: [] });
  });

  it.each([
    [
      'a second offer while one is open',
      [
        [L, 'INVITE', 'a'],
        [L, 'UPDATE', 'x'],
      ],
    ],
    [
      'an offer that crosses ours',
      [
        [L, 'UPDATE', 'a'],
        [R, 'UPDATE', 'x'],
      ],
    ],
    ['an answer to nothing', [[R, 'ACK', 'x']]],
    [
      'an answer in the ACK of an INVITE with offer',
      [
        [L, 'INVITE', 'a'],
        [R, '2xx', 'b'],
        [L, 'ACK', 'x'],
      ],
    ],
    ['an answer in the 2xx to a PRACK without offer', [[R, 'PRACK-2xx', 'x']]],
    [
      'an offer in an unreliable 1xx',
      [
        [L, 'INVITE', undefined],
        [R, '1xx', 'x'],
      ],
    ],
    [
      'an UPDATE answered in a 2xx to INVITE',
      [
        [L, 'INVITE', undefined],
        [L, 'UPDATE', 'a'],
        [R, '2xx', 'x'],
      ],
    ],
  ] as const satisfies readonly (readonly [string, readonly Step[]])[])(
    '%s counts for nothing and is reported (O1)',
    (_name, steps) => {
      const { offers, placed } = run(...steps);
      expect(placed.at(-1)).toBe('illegal');
      expect(offers.findings.at(-1)).toMatchObject({ code: 'no-slot' });
      expect([offers.localSdp, offers.remoteSdp, offers.offered]).not.toContain('x');
    },
  );

  it('the first answer counts; the same again is fine, another one is reported (RFC 3261 §13.2.1)', () => {
    const first: Step[] = [
      [L, 'INVITE', 'a'],
      [R, 'reliable-1xx', 'b'],
      [R, '2xx', 'b'],
    ];
    expect(run(...first).offers).toMatchObject({ remoteSdp: 'b', findings: [] });
    const { offers } = run(...first, [R, '2xx', 'c']);
    expect(offers).toMatchObject({ remoteSdp: 'b', findings: [{ code: 'changed', slot: '2xx', side: R }] });
  });

  it('an unreliable 1xx previews the answer, which the 2xx gives, changes or leaves out (RFC 6337 §3.1.1)', () => {
    const early: Step[] = [
      [L, 'INVITE', 'a'],
      [R, '1xx', 'b'],
    ];
    expect(run(...early).offers).toMatchObject({ state: 'local-offer', preview: 'b' });
    expect(run(...early, [R, '2xx', 'b']).offers).toMatchObject({ remoteSdp: 'b', findings: [] });
    expect(run(...early, [R, '2xx', undefined]).offers).toMatchObject({ remoteSdp: 'b', findings: [] });
  });

  it.each([
    [
      '2xx',
      [
        [L, 'INVITE', 'a'],
        [R, '2xx', undefined],
      ],
    ],
    [
      '2xx',
      [
        [L, 'INVITE', undefined],
        [R, '2xx', undefined],
      ],
    ],
    [
      'ACK',
      [
        [L, 'INVITE', undefined],
        [R, '2xx', 'b'],
        [L, 'ACK', undefined],
      ],
    ],
    [
      'PRACK',
      [
        [L, 'INVITE', undefined],
        [R, 'reliable-1xx', 'b'],
        [L, 'PRACK', undefined],
      ],
    ],
    [
      'UPDATE-2xx',
      [
        [L, 'UPDATE', 'a'],
        [R, 'UPDATE-2xx', undefined],
      ],
    ],
  ] as const satisfies readonly (readonly [string, readonly Step[]])[])(
    'a %s that owes a description and has none is reported, and the last agreement stays',
    (slot, steps) => {
      const { offers } = run(...steps);
      expect(offers).toMatchObject({ state: 'stable', localSdp: undefined });
      expect(offers.findings).toMatchObject([{ code: 'missing', slot }]);
    },
  );

  it('a refused offer is rolled back, and one of another request is not (RFC 6337 §3.4)', () => {
    const agreed: Step[] = [
      [L, 'INVITE', 'a'],
      [R, '2xx', 'b'],
    ];
    const { offers } = run(...agreed, [L, 'UPDATE', 'c']);
    offers.rollBack('INVITE');
    expect(offers).toMatchObject({ state: 'local-offer', offered: 'c' });
    offers.rollBack('UPDATE');
    expect(offers).toMatchObject({ state: 'stable', localSdp: 'a', remoteSdp: 'b', lastSent: 'c' });
  });

  it('tells who listens, and keeps the first findings only', () => {
    const offers = new OfferAnswer();
    const heard: string[] = [];
    offers.onFinding(({ message }) => heard.push(message));
    for (let n = 0; n < 100; n++) offers.received('x', 'ACK');
    expect(heard).toHaveLength(100);
    expect(offers.findings).toHaveLength(16);
  });

  it('is never left with an open offer without its text, whatever comes', () => {
    const slots: readonly OfferSlot[] = [
      'INVITE',
      '1xx',
      'reliable-1xx',
      '2xx',
      'ACK',
      'PRACK',
      'PRACK-2xx',
      'UPDATE',
      'UPDATE-2xx',
    ];
    const step = fc.tuple(
      fc.constantFrom(L, R),
      fc.constantFrom(...slots),
      fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const { offers } = run(...(steps as readonly Step[]));
        expect(offers.offered !== undefined).toBe(offers.state !== 'stable');
        expect(offers.openSlot !== undefined).toBe(offers.state !== 'stable');
        expect((offers.localSdp === undefined) === (offers.remoteSdp === undefined)).toBe(true);
      }),
    );
  });
});
