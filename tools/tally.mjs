// One way to end every suite: what went wrong, a line each, and the line `N passed, N failed, N skipped`; printed, or appended to the file $TALLY,
// so that suites can be summed, and the end of a long output tells what failed.
import { appendFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';

/**
 * @param {{ passed: number, failed: number, skipped: number }} n
 * @param {readonly string[]} remarks - lines of `remark`.
 */
export function tally(n, remarks) {
  const lines = [...remarks, `${n.passed} passed, ${n.failed} failed, ${n.skipped} skipped`];
  if (process.env.TALLY) appendFileSync(process.env.TALLY, `${lines.join('\n')}\n`);
  else console.log(lines.join('\n'));
}

/**
 * What is said of one test.
 * @param {'FAILED' | 'FLAKY' | 'SKIPPED'} verdict - flaky: failed, and passed when it was tried again.
 * @param {string} name
 * @param {string} [reason] - its first line is told.
 */
export function remark(verdict, name, reason = 'no reason given') {
  const [first] = stripVTControlCharacters(reason).trim().split('\n');
  return `${verdict} ${name}: ${first}`;
}
