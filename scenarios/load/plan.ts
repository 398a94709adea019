/** How the rate of begins goes over the time of a run, in calls per second. */
export type RateProfile =
  | { readonly shape: 'constant'; readonly ratePerSec: number }
  | {
      readonly shape: 'ramp';
      readonly fromPerSec: number;
      readonly toPerSec: number;
      readonly rampSec: number;
    }
  | {
      readonly shape: 'steps';
      readonly startPerSec: number;
      readonly stepPerSec: number;
      readonly everySec: number;
      readonly maxPerSec: number;
    }
  | {
      readonly shape: 'spike';
      readonly basePerSec: number;
      readonly peakPerSec: number;
      /** From the beginning of a peak to that of the next. */
      readonly everySec: number;
      readonly forSec: number;
    };

/** The last one is a closed loop: each user begins anew when its call is over. */
export type LoadProfile = RateProfile | { readonly shape: 'users'; readonly users: number };

export interface LoadLimits {
  readonly maxCalls?: number | undefined;
  /** Calls at once: one that is due while so many are on is skipped. */
  readonly maxConcurrent: number;
  /** Of beginning calls; pauses do not count. */
  readonly durationSec?: number | undefined;
}

export interface StopRules {
  readonly successBelowPercent?: number | undefined;
  readonly p95SetupAboveMs?: number | undefined;
}

/** What one worker of several does of a run. */
export interface LoadShare {
  readonly profile: LoadProfile;
  readonly limits: LoadLimits;
  /** Position among the workers, from 0. */
  readonly worker: number;
  readonly workers: number;
}

/** Divides a number of calls among workers: the first ones make one more where it does not come out even. */
export const shareOf = (whole: number, { worker, workers }: Pick<LoadShare, 'worker' | 'workers'>): number =>
  Math.floor(whole / workers) + (worker < whole % workers ? 1 : 0);
