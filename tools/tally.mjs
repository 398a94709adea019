// One way to end every suite: the line `N passed, N failed, N skipped`, printed, or appended to the file $TALLY so that suites can be summed.
import { appendFileSync } from 'node:fs';

/** @param {{ passed: number, failed: number, skipped: number }} n */
export function tally(n) {
  const line = `${n.passed} passed, ${n.failed} failed, ${n.skipped} skipped`;
  if (process.env.TALLY) appendFileSync(process.env.TALLY, `${line}\n`);
  else console.log(line);
}
