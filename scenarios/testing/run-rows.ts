import { drawRows } from '../engine/datasets/cursor.ts';
import { Generators } from '../engine/generators.ts';
import type { Program } from '../engine/program.ts';
import { run, type RunOptions } from '../engine/run.ts';
import type { Verdict } from '../engine/verdict.ts';

/** Worst first. */
const SEVERITY: readonly Verdict['outcome'][] = ['stopped', 'error', 'fail', 'pass'];

/**
 * Runs a scenario as often as it says, one run after the other, each with the next rows of its datasets. A run that fails does not keep the
 * others from running; one that is stopped, or has no rows left, ends it.
 * @param runs - in place of how often the scenario says.
 * @param onEnd - hears of each run when it is over.
 */
export async function runRows(
  program: Program,
  options: Omit<RunOptions, 'rows'>,
  runs: number = program.runs,
  onEnd: (verdict: Verdict) => void = () => undefined,
): Promise<readonly Verdict[]> {
  const { generators = new Generators(options.ids) } = options;
  const verdicts: Verdict[] = [];
  for (const rows of drawRows(program.datasets, options.ids, runs)) {
    const verdict = await run(program, { ...options, generators, rows });
    verdicts.push(verdict);
    onEnd(verdict);
    if (verdict.outcome === 'stopped') break;
  }
  return verdicts;
}

/** The worst of several runs: the first of those that went worst. */
export function worstOf(verdicts: readonly Verdict[]): Verdict | undefined {
  return SEVERITY.map((outcome) => verdicts.find((verdict) => verdict.outcome === outcome)).find(
    (verdict) => verdict !== undefined,
  );
}
