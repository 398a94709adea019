import type { RunStep, ScenarioRun } from '../../../app/contract/scenario-run.ts';
import type { OutlineStep } from '../../../app/contract/scenarios.ts';
import type { IconName } from '../../ui/icon.tsx';
import { methodClass, statusClass } from '../wire/index.ts';

/** How it goes with a step in a run. */
export type StepState = 'pass' | 'fail' | 'paused' | 'running' | 'open';

export const STATE_ICONS: Readonly<
  Record<StepState, { readonly icon: IconName; readonly tone: string; readonly word: string }>
> = {
  pass: { icon: 'success', tone: 'ok', word: 'passed' },
  fail: { icon: 'error', tone: 'err', word: 'failed' },
  paused: { icon: 'play', tone: 'warn', word: 'is held here' },
  running: { icon: 'clock', tone: 'dim', word: 'is on' },
  open: { icon: 'minimal', tone: 'dim', word: 'was not reached' },
};

/** The results of a run by step, a step of a loop by its last round. */
export function resultsOf(run: ScenarioRun | undefined): ReadonlyMap<string, RunStep> {
  return new Map((run?.steps ?? []).map((step) => [step.id, step]));
}

/** Undefined while nothing was run. */
export function stateOf(
  step: OutlineStep,
  run: ScenarioRun | undefined,
  results: ReadonlyMap<string, RunStep>,
): StepState | undefined {
  if (run === undefined) return undefined;
  if (run.paused.some((held) => held.stepId === step.id)) return 'paused';
  return results.get(step.id)?.outcome ?? 'open';
}

const REQUEST = /^[A-Z][A-Z-]*$/;

/** The colour class of what an arrow says: a method, a status, or a class of them. */
export function toneOfLabel(label: string): string {
  const digit = /^([1-6])(\d\d|xx)\b/i.exec(label)?.[1];
  if (digit !== undefined) return statusClass(Number(digit) * 100);
  const [word = ''] = label.split(' ');
  return REQUEST.test(word) ? methodClass(word) : '';
}

/** The words of a step: what is coloured, and the rest. */
export interface StepWords {
  readonly strong: string;
  readonly tone: string;
  readonly rest: string;
}

/** `INVITE` to bob, `200` from the target, or the title as it is for what is no message. */
export function wordsOf(step: OutlineStep): StepWords {
  const [first, ...more] = step.arrows;
  if (first === undefined || more.length > 0) return { strong: '', tone: '', rest: step.title };
  const toward = first.direction === 'out' ? 'to' : 'from';
  return {
    strong: first.label,
    tone: toneOfLabel(first.label),
    rest: `${toward} ${first.peer === '' ? 'target' : first.peer}`,
  };
}
