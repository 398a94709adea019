import type { Verdict } from '../../../scenarios/engine/verdict.ts';
import { EXIT, type ExitCode } from '../io.ts';

/** Exit codes of commands that run something to a verdict. */
export const OUTCOME_EXIT_CODES: Readonly<Record<Verdict['outcome'], ExitCode>> = {
  pass: EXIT.ok,
  fail: EXIT.negative,
  error: EXIT.environment,
  stopped: EXIT.interrupted,
};
