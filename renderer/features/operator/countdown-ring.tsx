import type { ReactNode } from 'react';
import { formatDuration } from '../wire/index.ts';

const RADIUS = 19;
const LENGTH = 2 * Math.PI * RADIUS;

export interface CountdownRingProps {
  readonly fromMs: number;
  readonly deadlineAtMs: number;
  readonly nowMs: number;
}

/** The time that is left as a shrinking ring with the seconds in it. */
export function CountdownRing({ fromMs, deadlineAtMs, nowMs }: CountdownRingProps): ReactNode {
  const leftMs = Math.max(0, deadlineAtMs - nowMs);
  const share = Math.min(1, leftMs / Math.max(1, deadlineAtMs - fromMs));
  const leftSec = Math.ceil(leftMs / 1000);
  return (
    <span className="tring" role="timer" aria-label={`${leftSec} seconds left to decide`}>
      <svg width="44" height="44" viewBox="0 0 44 44" aria-hidden="true">
        <circle className="rest" cx="22" cy="22" r={RADIUS} />
        <circle
          className="left"
          cx="22"
          cy="22"
          r={RADIUS}
          strokeDasharray={LENGTH}
          strokeDashoffset={LENGTH * (1 - share)}
        />
      </svg>
      <span aria-hidden="true">{formatDuration(leftSec * 1000).replace('.0 s', ' s')}</span>
    </span>
  );
}
