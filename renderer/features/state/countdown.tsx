import type { ReactNode } from 'react';
import type { TimerLeft } from '../../../app/contract/state.ts';
import { classNames } from '../../ui/class-names.ts';
import { useServerNow } from './now.tsx';
import { formatSpan, formatTimer, timeLeft } from './time-left.ts';

const RADIUS = 6;
const LENGTH = 2 * Math.PI * RADIUS;

/** An expiry that counts down: the share that is left as a ring, and the time in words. */
export function Expiry({
  atMs,
  grantedSec,
}: {
  readonly atMs: number;
  readonly grantedSec: number;
}): ReactNode {
  const { share, urgency, text } = timeLeft(atMs, grantedSec * 1000, useServerNow());
  return (
    <span className="row expiry">
      <svg
        className={classNames('ring', urgency)}
        width="16"
        height="16"
        viewBox="0 0 16 16"
        aria-hidden="true"
      >
        <circle className="rest" cx="8" cy="8" r={RADIUS} />
        {share > 0 && (
          <circle
            className="left"
            cx="8"
            cy="8"
            r={RADIUS}
            strokeDasharray={LENGTH}
            strokeDashoffset={LENGTH * (1 - share)}
          />
        )}
      </svg>
      <span className={classNames('el', urgency)}>{text}</span>
    </span>
  );
}

/** An expiry of which only the end is known. */
export function ExpiryText({ atMs }: { readonly atMs: number }): ReactNode {
  const { urgency, text } = timeLeft(atMs, 0, useServerNow());
  return <span className={classNames('expiry', urgency)}>{text}</span>;
}

/** How long something has lasted. */
export function Since({ atMs }: { readonly atMs: number }): ReactNode {
  return <>{formatSpan(useServerNow() - atMs)}</>;
}

/** The share of a timer that is left, as a bar. */
export function TimerBar({ timer }: { readonly timer: TimerLeft }): ReactNode {
  const leftMs = Math.max(0, timer.dueAtMs - useServerNow());
  const share = Math.min(1, leftMs / Math.max(1, timer.delayMs));
  return (
    <span className="tbar" aria-hidden="true">
      <i style={{ inlineSize: `${Math.round(share * 100)}%` }} />
    </span>
  );
}

/** What is left of a timer, in seconds. */
export function TimerText({ timer }: { readonly timer: TimerLeft }): ReactNode {
  return <span>{formatTimer(timer.dueAtMs - useServerNow())}</span>;
}
