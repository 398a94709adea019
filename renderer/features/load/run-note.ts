import type { LoadRun, LoadSecond } from '../../../app/contract/load.ts';
import { formatCount, formatNumberOf } from '../wire/index.ts';
import { clockText, plain } from './chart-model.ts';

/** What a person should know about a run, in words. */
export interface RunNote {
  readonly kind: 'error' | 'warning' | 'success' | 'info';
  readonly title: string;
  readonly text: string;
}

/** Without a stop rule, success under this is worth a word. */
const WORTH_A_WORD_PERCENT = 95;
/** Seconds with fewer ended calls than these say nothing. */
const FEWEST_CALLS = 5;
/** A dip is over after so many good seconds. */
const DIP_GAP_SEC = 3;

const percent = (good: number, all: number): number => (100 * good) / all;

/** A share in words; what is not all never reads as 100. */
export const percentText = (share: number): string =>
  share > 99.9 && share < 100 ? '99.9 %' : `${plain(share)} %`;

/** The most important thing to say about a run; undefined while all is well. */
export function noteOf(run: LoadRun): RunNote | undefined {
  const { state, problem, stoppedBecause, skipped, plan, succeeded, failed } = run;
  if (problem !== undefined) return { kind: 'error', title: 'The run could not go on.', text: problem };
  const overall =
    succeeded + failed === 0
      ? ''
      : `Overall ${percentText(percent(succeeded, succeeded + failed))} succeeded.`;
  if (stoppedBecause !== undefined)
    return {
      kind: 'warning',
      title: `Stopped at ${clockText(run.elapsedSec)}: ${inSentence(stoppedBecause)}.`,
      text: `${causeWords(run)}${overall}`,
    };
  const dip = lastDip(run.seconds, plan.stopWhen.successBelowPercent ?? WORTH_A_WORD_PERCENT);
  if (dip !== undefined) {
    const span =
      dip.toSec > dip.fromSec
        ? `between ${clockText(dip.fromSec)} and ${clockText(dip.toSec)}`
        : `at ${clockText(dip.fromSec)}`;
    const rule = plan.stopWhen.successBelowPercent;
    return {
      kind: 'warning',
      title: `Success fell to ${percentText(dip.lowest)} ${span}.`,
      text: `${causeWords(run)}${overall}${rule === undefined || state === 'ended' ? '' : ` The run stops below ${rule} %.`}`,
    };
  }
  if (skipped > 0)
    return {
      kind: 'warning',
      title: `${formatNumberOf(skipped, 'call')} could not begin.`,
      text: `${formatCount(plan.limits.maxConcurrent)} at once is the limit of this run: the rate was not reached.`,
    };
  if (state === 'ended' && failed === 0 && succeeded > 0)
    return {
      kind: 'success',
      title: `All ${formatNumberOf(succeeded, 'call')} succeeded.`,
      text: `p95 of the setup time was ${plain(run.setup.p95Ms)} ms.`,
    };
  return undefined;
}

/** A sentence that goes on after a colon. */
const inSentence = (sentence: string): string =>
  sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/\.$/, '');

function causeWords({ failures }: LoadRun): string {
  const [worst] = failures;
  if (worst === undefined) return '';
  return `${formatNumberOf(worst.calls, 'call')} failed with ${worst.signature}. `;
}

interface Dip {
  readonly fromSec: number;
  readonly toSec: number;
  readonly lowest: number;
}

/** The latest stretch of seconds in which fewer calls succeeded than `below` percent. */
function lastDip(seconds: readonly LoadSecond[], below: number): Dip | undefined {
  let dip: Dip | undefined;
  for (const { atSec, succeeded, failed } of seconds) {
    const ended = succeeded + failed;
    if (ended < FEWEST_CALLS) continue;
    const share = percent(succeeded, ended);
    if (share >= below) continue;
    dip =
      dip !== undefined && atSec - dip.toSec <= DIP_GAP_SEC
        ? { ...dip, toSec: atSec, lowest: Math.min(dip.lowest, share) }
        : { fromSec: atSec, toSec: atSec, lowest: share };
  }
  return dip;
}
