import type { Verdict } from '../engine/verdict.ts';
import { escapedXml as escaped } from './escape.ts';
import { countOf, type ReportedRun } from './reported-run.ts';
import { ladderLines, runLadder } from './run-ladder.ts';

const seconds = (ms: number): string => (ms / 1000).toFixed(3);

/**
 * JUnit XML as CI systems read it: a suite, a case for each scenario with its steps and its ladder. A run that could not be carried out is an
 * error, one that was stopped is skipped, and neither counts as passed.
 * @param attachments - files that belong to the runs, for CI systems that show them
 */
export function junitReport(runs: readonly ReportedRun[], attachments: readonly string[] = []): string {
  const count = (outcome: Verdict['outcome']): number => countOf(runs, outcome);
  const totalMs = runs.reduce((sum, { verdict }) => sum + verdict.tookMs, 0);
  const totals = `tests="${runs.length}" failures="${count('fail')}" errors="${count('error')}" skipped="${count('stopped')}" time="${seconds(totalMs)}"`;
  const cases = runs.map((run) => testCase(run, attachments)).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${totals}>\n  <testsuite name="sipctl run" ${totals}>\n${cases}  </testsuite>\n</testsuites>\n`;
}

function testCase(
  { file, verdict, messages, differences = [] }: ReportedRun,
  attachments: readonly string[],
): string {
  const { scenario, outcome, reason = '', steps, tookMs, rows = [] } = verdict;
  const lines = steps.map(
    ({ actor, step, outcome: how, atMs, reason: why, said }) =>
      `${seconds(atMs)} ${actor}: ${step.title} (line ${step.line}): ${how}${why === undefined ? '' : `: ${why}`}${said === undefined ? '' : `: ${said}`}`,
  );
  const told = [
    ...lines,
    ...(messages.length === 0 ? [] : ['', ...ladderLines(runLadder(messages))]),
    ...attachments.map((path) => `[[ATTACHMENT|${path}]]`),
  ];
  const hint = steps.find(({ hint: advice }) => advice !== undefined)?.hint;
  const text = [reason, hint, ...differences].filter((line) => line !== undefined && line !== '').join('\n');
  const ends: Readonly<Record<Verdict['outcome'], string>> = {
    pass: '',
    fail: `      <failure message="${escaped(reason)}">${escaped(text)}</failure>\n`,
    error: `      <error message="${escaped(reason)}">${escaped(text)}</error>\n`,
    stopped: `      <skipped message="${escaped(reason)}"/>\n`,
  };
  return (
    `    <testcase name="${escaped([scenario, ...rows].join(', '))}" classname="${escaped(file)}" file="${escaped(file)}" time="${seconds(tookMs)}">\n` +
    `${ends[outcome]}      <system-out>${escaped(told.join('\n'))}</system-out>\n    </testcase>\n`
  );
}
