import { describe, expect, it } from 'vitest';
import { LoadPlan } from '../../../app/contract/load.ts';
import {
  isDraft,
  type LoadDraft,
  planOf,
  PRESET,
  problemsOf,
  SHAPES,
  strangeHost,
  variablesOf,
} from './load-draft.ts';
import { curveOf, describeProfile } from './profile-shape.ts';

const draft = (change: Partial<LoadDraft> = {}, numbers: Partial<LoadDraft['numbers']> = {}): LoadDraft => ({
  ...PRESET,
  ...change,
  numbers: { ...PRESET.numbers, ...numbers },
});

describe('the form of a load run', () => {
  it.each(SHAPES.map(({ id }) => id))('makes a plan of the contract of its presets: %s', (shape) => {
    const plan = planOf(draft({ shape }));
    expect(problemsOf(draft({ shape }))).toEqual({});
    expect(LoadPlan.parse(plan)).toEqual(plan);
    expect(plan.profile.shape).toBe(shape);
  });

  it('reads numbers as people write them, and leaves out limits that are empty', () => {
    const { limits, stopWhen } = planOf(
      draft({ stopsOnSuccess: false, stopsOnSetup: true }, { maxCalls: '10 000', durationSec: '' }),
    );
    expect(limits).toEqual({ maxCalls: 10_000, maxConcurrent: 1000 });
    expect(stopWhen).toEqual({ p95SetupAboveMs: 1000 });
  });

  it.each([
    [{ 'constant.ratePerSec': '' }, {}, 'Rate is missing.'],
    [{ maxCalls: '1.5' }, {}, 'Calls has to be a whole number.'],
    [{ workers: '17' }, {}, 'Threads has to be from 1 to 16.'],
    [{ 'steps.maxPerSec': '1' }, { shape: 'steps' as const }, 'Highest is below Start.'],
    [
      { 'spike.forSec': '30' },
      { shape: 'spike' as const },
      'A peak has to be shorter than the time from one to the next.',
    ],
    [{}, { target: 'bob at home' }, 'The target has to be a SIP URI, such as sip:bob@127.0.0.1:5060.'],
    [{}, { variables: 'user' }, 'user: expected NAME=VALUE.'],
  ])('says in a sentence what is wrong: %o %o', (numbers, change, sentence) => {
    expect(Object.values(problemsOf(draft(change, numbers)))).toEqual([sentence]);
  });

  it('does not mind numbers that do not count', () => {
    expect(
      problemsOf(draft({ stopsOnSuccess: false }, { successBelowPercent: 'x', 'ramp.rampSec': 'x' })),
    ).toEqual({});
  });

  it('reads variables, one a line', () => {
    expect(variablesOf(draft({ variables: 'user=alice\n\n  note=a=b ' }))).toEqual({
      user: 'alice',
      note: 'a=b',
    });
  });

  it('knows a host that is not this machine', () => {
    expect(['sip:bob@127.0.0.1', 'sip:bob@192.0.2.7:5070', '?'].map(strangeHost)).toEqual([
      undefined,
      '192.0.2.7',
      undefined,
    ]);
  });

  it('takes what was kept only when it is whole', () => {
    expect([isDraft(PRESET), isDraft({ ...PRESET, numbers: {} }), isDraft(null)]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('the curve of a profile', () => {
  it('turns where the ramp is over, and is cut where the run ends before', () => {
    const ramp = { shape: 'ramp', fromPerSec: 0, toPerSec: 100, rampSec: 30 } as const;
    expect(curveOf(ramp, 60)).toMatchObject({ peak: 100, knees: [{ sec: 30, rate: 100 }] });
    expect(curveOf(ramp, 15)).toMatchObject({ peak: 50, knees: [], spanSec: 15 });
    expect(describeProfile(ramp)).toBe('from 0 to 100 calls per second within 30 s, then steady');
  });
  it('climbs in steps to the highest, and peaks again and again', () => {
    const steps = { shape: 'steps', startPerSec: 10, stepPerSec: 10, everySec: 10, maxPerSec: 25 } as const;
    expect(curveOf(steps, undefined).points.map(({ rate }) => rate)).toEqual([
      10, 10, 20, 20, 25, 25, 25, 25,
    ]);
    const spike = { shape: 'spike', basePerSec: 1, peakPerSec: 9, everySec: 30, forSec: 5 } as const;
    expect(curveOf(spike, undefined).points.filter(({ rate }) => rate === 9)).toHaveLength(4);
  });
});
