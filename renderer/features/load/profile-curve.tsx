import type { ReactNode } from 'react';
import type { LoadProfile } from '../../../app/contract/load.ts';
import { curveOf, describeProfile } from './profile-shape.ts';

const WIDTH = 244;
const HEIGHT = 76;
const SIDE = 8;
const TOP = 12;
const FLOOR = 66;

export interface ProfileCurveProps {
  readonly profile: LoadProfile;
  /** How long the run is to last; undefined is without end. */
  readonly durationSec: number | undefined;
  /** Where a run with this profile is. */
  readonly atSec: number | undefined;
}

/** The rate over time, drawn small. */
export function ProfileCurve({ profile, durationSec, atSec }: ProfileCurveProps): ReactNode {
  const { points, spanSec, peak, knees } = curveOf(profile, durationSec);
  const x = (sec: number): number => SIDE + (sec / spanSec) * (WIDTH - 2 * SIDE);
  const y = (rate: number): number => FLOOR - (rate / peak) * (FLOOR - TOP);
  const line = points.map(({ sec, rate }) => `${x(sec).toFixed(1)} ${y(rate).toFixed(1)}`).join('L');
  return (
    <svg
      className="ldcurve"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label={describeProfile(profile)}
    >
      <path className="ldarea" d={`M${SIDE} ${FLOOR}L${line}V${FLOOR}Z`} />
      <path className="ldline" d={`M${line}`} />
      {knees.map(({ sec, rate }) => (
        <circle key={sec} className="ldknee" cx={x(sec)} cy={y(rate)} r="3.5" />
      ))}
      {atSec !== undefined && <path className="ldnow" d={`M${x(Math.min(atSec, spanSec))} 6V70`} />}
    </svg>
  );
}
