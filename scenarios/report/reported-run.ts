import type { RunMessage } from '../engine/run-trace.ts';
import type { Verdict } from '../engine/verdict.ts';

/** A run and where its scenario stands: what every report is made of. */
export interface ReportedRun {
  /** Path of the file, as it was given. */
  readonly file: string;
  readonly verdict: Verdict;
  /** When it began, by RFC 3339. */
  readonly startedAt: string;
  /** What crossed the sockets of the actors, in order. */
  readonly messages: readonly RunMessage[];
  /** Messages that were not kept because there were too many. */
  readonly leftOut: number;
  /** What has changed since its golden ladder, a sentence each; left out where there was none to compare with. */
  readonly differences?: readonly string[];
}

export const OUTCOME_WORDS: Readonly<Record<Verdict['outcome'], string>> = {
  pass: 'passed',
  fail: 'failed',
  error: 'could not run',
  stopped: 'stopped',
};

/** How many runs ended this way. */
export const countOf = (runs: readonly ReportedRun[], outcome: Verdict['outcome']): number =>
  runs.filter(({ verdict }) => verdict.outcome === outcome).length;
