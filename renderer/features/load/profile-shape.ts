import type { LoadProfile } from '../../../app/contract/load.ts';
import { formatCount, formatNumberOf } from '../wire/index.ts';

export interface CurvePoint {
  readonly sec: number;
  /** Calls per second; of users, how many. */
  readonly rate: number;
}

export interface Curve {
  readonly points: readonly CurvePoint[];
  /** From the left to the right edge. */
  readonly spanSec: number;
  /** What is as high as the drawing. */
  readonly peak: number;
  /** Where the curve turns for good. */
  readonly knees: readonly CurvePoint[];
}

/** Steps and peaks beyond these are too close to tell apart. */
const MOST_TURNS = 24;

/** The corners of a profile, over the time of the run; without an end, over the time that shows its shape. */
export function curveOf(profile: LoadProfile, durationSec: number | undefined): Curve {
  switch (profile.shape) {
    case 'constant':
      return flat(profile.ratePerSec, durationSec);
    case 'users':
      return flat(profile.users, durationSec);
    case 'ramp': {
      const { fromPerSec, toPerSec, rampSec } = profile;
      const spanSec = durationSec ?? rampSec * 2;
      const knee = { sec: rampSec, rate: toPerSec };
      const isReached = rampSec < spanSec;
      const reached = fromPerSec + (toPerSec - fromPerSec) * Math.min(1, spanSec / rampSec);
      return {
        points: [{ sec: 0, rate: fromPerSec }, ...(isReached ? [knee] : []), { sec: spanSec, rate: reached }],
        spanSec,
        peak: Math.max(fromPerSec, reached),
        knees: isReached ? [knee] : [],
      };
    }
    case 'steps': {
      const { startPerSec, stepPerSec, everySec, maxPerSec } = profile;
      const turns = Math.max(1, Math.ceil((maxPerSec - startPerSec) / stepPerSec));
      const spanSec = durationSec ?? everySec * (Math.min(turns, MOST_TURNS) + 2);
      const points: CurvePoint[] = [];
      for (let i = 0; i <= MOST_TURNS && i * everySec < spanSec; i++) {
        const rate = Math.min(maxPerSec, startPerSec + i * stepPerSec);
        points.push({ sec: i * everySec, rate }, { sec: Math.min(spanSec, (i + 1) * everySec), rate });
      }
      return { ...withEnd(points, spanSec), spanSec, knees: [] };
    }
    case 'spike': {
      const { basePerSec, peakPerSec, everySec, forSec } = profile;
      const spanSec = durationSec ?? everySec * 3;
      const points: CurvePoint[] = [{ sec: 0, rate: basePerSec }];
      for (let i = 1; i <= MOST_TURNS && i * everySec < spanSec; i++) {
        const [from, to] = [i * everySec, Math.min(spanSec, i * everySec + forSec)];
        points.push({ sec: from, rate: basePerSec }, { sec: from, rate: peakPerSec });
        points.push({ sec: to, rate: peakPerSec }, { sec: to, rate: basePerSec });
      }
      return { ...withEnd(points, spanSec), spanSec, knees: [] };
    }
  }
}

/** A line in the middle third: nothing to compare it with. */
function flat(rate: number, durationSec = 60): Curve {
  return {
    points: [
      { sec: 0, rate },
      { sec: durationSec, rate },
    ],
    spanSec: durationSec,
    peak: rate * 1.5,
    knees: [],
  };
}

function withEnd(points: readonly CurvePoint[], spanSec: number): Pick<Curve, 'points' | 'peak'> {
  const last = points.at(-1);
  const all =
    last === undefined || last.sec >= spanSec ? points : [...points, { sec: spanSec, rate: last.rate }];
  return { points: all, peak: Math.max(...all.map(({ rate }) => rate)) };
}

const cps = (rate: number): string =>
  `${Number.isInteger(rate) ? formatCount(rate) : String(rate)} ${rate === 1 ? 'call' : 'calls'} per second`;

/** The profile in a sentence, for whoever does not see the curve. */
export function describeProfile(profile: LoadProfile): string {
  switch (profile.shape) {
    case 'constant':
      return `${cps(profile.ratePerSec)} all the time`;
    case 'ramp':
      return `from ${profile.fromPerSec} to ${cps(profile.toPerSec)} within ${profile.rampSec} s, then steady`;
    case 'steps':
      return `from ${cps(profile.startPerSec)} up by ${profile.stepPerSec} every ${profile.everySec} s, to ${profile.maxPerSec}`;
    case 'spike':
      return `${cps(profile.basePerSec)}, and ${profile.peakPerSec} for ${profile.forSec} s every ${profile.everySec} s`;
    case 'users':
      return `${formatNumberOf(profile.users, 'user')}, each beginning anew when its call is over`;
  }
}

/** In few letters, for the name of a run: `ramp 200`. */
export function profileWords(profile: LoadProfile): string {
  switch (profile.shape) {
    case 'constant':
      return `${profile.ratePerSec} cps`;
    case 'ramp':
      return `ramp ${profile.toPerSec}`;
    case 'steps':
      return `steps to ${profile.maxPerSec}`;
    case 'spike':
      return `spikes of ${profile.peakPerSec}`;
    case 'users':
      return formatNumberOf(profile.users, 'user');
  }
}
