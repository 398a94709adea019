import type { StepInfo } from './program.ts';

/** How a step went. */
export interface StepResult {
  readonly actor: string;
  readonly step: StepInfo;
  readonly outcome: 'pass' | 'fail';
  /** When it was over, in milliseconds since the start of the run. */
  readonly atMs: number;
  /** Since it began. */
  readonly tookMs: number;
  /** Of a failure: what was expected and what came. */
  readonly reason?: string;
  /** Of a failure: what to do. */
  readonly hint?: string;
  /** What a log step said. */
  readonly said?: string;
}

/** How a run ended: `error` could not be carried out, `stopped` was given up by a person. */
export interface Verdict {
  readonly scenario: string;
  readonly outcome: 'pass' | 'fail' | 'error' | 'stopped';
  /** Of all that did not pass: the first reason. */
  readonly reason?: string;
  readonly steps: readonly StepResult[];
  readonly tookMs: number;
  readonly variables: Readonly<Record<string, string | number | boolean>>;
  /** Rows of datasets that it was run with: `row 17 of users.csv: alice17`. */
  readonly rows?: readonly string[];
}
