import type { RateProfile } from './plan.ts';

/** Calls per second wanted at a time. */
export function rateAt(profile: RateProfile, atSec: number): number {
  switch (profile.shape) {
    case 'constant':
      return profile.ratePerSec;
    case 'ramp': {
      const { fromPerSec, toPerSec, rampSec } = profile;
      return atSec >= rampSec ? toPerSec : fromPerSec + ((toPerSec - fromPerSec) * atSec) / rampSec;
    }
    case 'steps':
      return stepRate(profile, Math.floor(atSec / profile.everySec));
    case 'spike': {
      const { basePerSec, peakPerSec, everySec, forSec } = profile;
      return atSec % everySec < forSec ? peakPerSec : basePerSec;
    }
  }
}

/** Calls that are due by a time: the integral of the rate. */
export function dueBy(profile: RateProfile, atSec: number): number {
  switch (profile.shape) {
    case 'constant':
      return profile.ratePerSec * atSec;
    case 'ramp': {
      const { fromPerSec, toPerSec, rampSec } = profile;
      const within = Math.min(atSec, rampSec);
      const climbed = fromPerSec * within + ((toPerSec - fromPerSec) * within * within) / (2 * rampSec);
      return climbed + toPerSec * (atSec - within);
    }
    case 'steps': {
      const whole = Math.floor(atSec / profile.everySec);
      let due = stepRate(profile, whole) * (atSec - whole * profile.everySec);
      const atMost = Math.min(whole, stepsToMax(profile));
      for (let step = 0; step < atMost; step++) due += stepRate(profile, step) * profile.everySec;
      return due + (whole - atMost) * profile.maxPerSec * profile.everySec;
    }
    case 'spike': {
      const { basePerSec, peakPerSec, everySec, forSec } = profile;
      const peakSec =
        Math.floor(atSec / everySec) * Math.min(forSec, everySec) + Math.min(atSec % everySec, forSec);
      return peakPerSec * peakSec + basePerSec * (atSec - peakSec);
    }
  }
}

type Steps = Extract<RateProfile, { shape: 'steps' }>;

const stepRate = ({ startPerSec, stepPerSec, maxPerSec }: Steps, step: number): number =>
  Math.min(maxPerSec, startPerSec + step * stepPerSec);

/** Steps until the highest rate is reached; all later ones are alike. */
const stepsToMax = ({ startPerSec, stepPerSec, maxPerSec }: Steps): number =>
  Math.max(0, Math.ceil((maxPerSec - startPerSec) / stepPerSec));
