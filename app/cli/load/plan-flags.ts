import type { LoadPlan } from '../../contract/load.ts';
import { usageError } from '../io.ts';

/** The flags of `sipctl load` that say how much, for how long and until when. */
export interface PlanFlags {
  readonly rate?: string;
  readonly ramp?: string;
  readonly steps?: string;
  readonly spike?: string;
  readonly users?: number;
  readonly calls?: number;
  readonly concurrent: number;
  readonly duration?: string;
  readonly stopBelow?: string;
  readonly stopAboveMs?: string;
  readonly workers: number;
}

const DEFAULT_RATE = 10;
const MOST_PER_SEC = 20_000;

/** @throws CliError 2 */
export function planOf(flags: PlanFlags): LoadPlan {
  const { calls, concurrent, duration, stopBelow, stopAboveMs, workers } = flags;
  const plan: LoadPlan = {
    profile: profileOf(flags),
    limits: {
      maxConcurrent: concurrent,
      ...(calls !== undefined && { maxCalls: calls }),
      ...(duration !== undefined && { durationSec: numberOf('--duration', duration, 0.001, 604_800) }),
    },
    stopWhen: {
      ...(stopBelow !== undefined && { successBelowPercent: numberOf('--stop-below', stopBelow, 0, 100) }),
      ...(stopAboveMs !== undefined && {
        p95SetupAboveMs: numberOf('--stop-above-ms', stopAboveMs, 0.001, 3_600_000),
      }),
    },
    workers,
  };
  return plan;
}

function profileOf({ rate, ramp, steps, spike, users }: PlanFlags): LoadPlan['profile'] {
  const given = Object.entries({ rate, ramp, steps, spike, users }).filter(
    ([, value]) => value !== undefined,
  );
  if (given.length > 1)
    throw usageError(
      `${given.map(([name]) => `--${name}`).join(' and ')}: one of them says how the rate goes`,
    );
  if (users !== undefined) return { shape: 'users', users };
  if (ramp !== undefined) {
    const [fromPerSec, toPerSec, rampSec] = partsOf('--ramp', ramp, 'FROM:TO:SECONDS', 3);
    return {
      shape: 'ramp',
      fromPerSec,
      toPerSec: aboveNone('--ramp', toPerSec),
      rampSec: aboveNone('--ramp', rampSec),
    };
  }
  if (steps !== undefined) {
    const [startPerSec, stepPerSec, everySec, maxPerSec] = partsOf(
      '--steps',
      steps,
      'START:STEP:SECONDS:MAX',
      4,
    );
    return {
      shape: 'steps',
      startPerSec: aboveNone('--steps', startPerSec),
      stepPerSec: aboveNone('--steps', stepPerSec),
      everySec: aboveNone('--steps', everySec),
      maxPerSec: aboveNone('--steps', maxPerSec),
    };
  }
  if (spike !== undefined) {
    const [basePerSec, peakPerSec, everySec, forSec] = partsOf('--spike', spike, 'BASE:PEAK:EVERY:FOR', 4);
    return {
      shape: 'spike',
      basePerSec,
      peakPerSec: aboveNone('--spike', peakPerSec),
      everySec: aboveNone('--spike', everySec),
      forSec: aboveNone('--spike', forSec),
    };
  }
  return {
    shape: 'constant',
    ratePerSec: rate === undefined ? DEFAULT_RATE : numberOf('--rate', rate, 0.001, MOST_PER_SEC),
  };
}

type Parts = readonly [number, number, number, number];

/** The numbers between the colons. */
function partsOf(flag: string, text: string, form: string, count: number): Parts {
  const parts = text.split(':');
  if (parts.length !== count) throw usageError(`${flag} ${text}: expected ${form}`);
  const [a = 0, b = 0, c = 0, d = 0] = parts.map((part) =>
    numberOf(`${flag} ${text}`, part, 0, MOST_PER_SEC),
  );
  return [a, b, c, d];
}

function aboveNone(flag: string, value: number): number {
  if (value === 0) throw usageError(`${flag}: only the first number may be 0`);
  return value;
}

function numberOf(flag: string, text: string, min: number, max: number): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (!(value >= min && value <= max))
    throw usageError(`${flag}: expected a number from ${min} to ${max}, got ${text}`);
  return value;
}
