import type { Program } from '../../../scenarios/engine/program.ts';
import type { StepResult, Verdict } from '../../../scenarios/engine/verdict.ts';
import { harmless } from '../printable.ts';
import type { styleFor } from '../style.ts';

/** A step of a run for people. */
export function stepLine(result: StepResult, style: ReturnType<typeof styleFor>): string {
  const { actor, step, outcome, atMs, reason, hint, said } = result;
  const isGood = outcome === 'pass';
  const mark = style(isGood ? '\u2713' : '\u2717', isGood ? 'good' : 'bad');
  const time = style(`${(atMs / 1000).toFixed(3).padStart(9)} s`, 'quiet');
  const words = [said, reason, hint].filter((text) => text !== undefined).join('. ');
  return `${time}  ${mark} ${harmless(`${actor}: ${step.title}${words === '' ? '' : `: ${words}`}`)}\n`;
}

/** The same as an object. */
export function stepJson(file: string, { step, ...rest }: StepResult): string {
  const { id, title, line, file: calledFile } = step;
  return `${JSON.stringify({ event: 'step', file, id, title, line, calledFile, ...rest })}\n`;
}

/** How a run ended. */
export function verdictLine(
  { outcome, reason, tookMs }: Verdict,
  { expectedFailure: expected }: Program,
): string {
  const isIt = reason?.includes(expected ?? '') === true;
  const told = expected === undefined ? '' : isIt ? ' (as its file says)' : ` (its file says: ${expected})`;
  const words = { pass: 'Passed', fail: 'Failed', error: 'Could not run', stopped: 'Stopped' }[outcome];
  return `${words} in ${(tookMs / 1000).toFixed(1)} s${reason === undefined ? '' : `: ${reason}`}${told}`;
}
