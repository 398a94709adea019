import { readFile } from 'node:fs/promises';
import { Option } from 'commander';
import { ladderDifferences } from '../../../scenarios/golden/differences.ts';
import { readGolden, writeGolden } from '../../../scenarios/golden/golden-file.ts';
import { semanticLadder, type SemanticLadder } from '../../../scenarios/golden/semantic-ladder.ts';
import type { ReportedRun } from '../../../scenarios/report/reported-run.ts';
import { runLadder } from '../../../scenarios/report/run-ladder.ts';
import { fileReason } from '../../services/storage/file-reason.ts';
import { writeFileWhole } from '../../services/storage/write-file.ts';
import { type CliIo, environmentError, usageError } from '../io.ts';
import { harmless } from '../printable.ts';

export interface GoldenFlags {
  readonly golden?: string;
  readonly updateGolden?: boolean;
  readonly json?: boolean;
}

export const goldenOptions = (): readonly Option[] => [
  new Option(
    '--golden <FILE>',
    'Compare the ladder of each run with this file: what has changed is told, and the run has failed.',
  ),
  new Option('--update-golden', 'Write the ladders into the file of --golden instead, when all have passed.'),
];

/** The ladders of a golden file, read before anything runs; undefined when there is nothing to compare with. @throws CliError 2 */
export async function readGoldenFile({
  golden,
  updateGolden,
}: GoldenFlags): Promise<readonly SemanticLadder[] | undefined> {
  if (updateGolden === true && golden === undefined)
    throw usageError('--update-golden: give the file with --golden');
  if (golden === undefined || updateGolden === true) return undefined;
  const text = await readFile(golden, 'utf8').catch((error: unknown) => {
    throw usageError(`--golden ${golden}: ${fileReason(error)}; --update-golden makes the file`);
  });
  const ladders = readGolden(text);
  if (typeof ladders === 'string') throw usageError(`--golden ${golden}: ${ladders}`);
  return ladders;
}

/** Runs whose ladder has changed have failed. The nth run of a scenario is compared with its nth ladder. */
export function compareWithGolden(
  golden: readonly SemanticLadder[],
  runs: readonly ReportedRun[],
  { json }: GoldenFlags,
  io: CliIo,
): readonly ReportedRun[] {
  const seen = new Map<string, number>();
  return runs.map((run) => {
    const { scenario } = run.verdict;
    const count = seen.get(scenario) ?? 0;
    seen.set(scenario, count + 1);
    const before = golden.filter((ladder) => ladder.scenario === scenario)[count];
    const differences =
      before === undefined
        ? ['The golden file has no ladder of this run: --update-golden adds it.']
        : ladderDifferences(before.messages, ladderOf(run).messages);
    if (differences.length === 0) return run;
    for (const text of differences)
      io.out(
        json === true
          ? `${JSON.stringify({ event: 'difference', file: run.file, scenario, text })}\n`
          : `${harmless(`${scenario}: ${text}`)}\n`,
      );
    return failedBy(run, differences);
  });
}

function failedBy(run: ReportedRun, differences: readonly string[]): ReportedRun {
  const { verdict } = run;
  if (verdict.outcome !== 'pass') return { ...run, differences };
  const [first = ''] = differences;
  const more = differences.length > 1 ? ` And ${differences.length - 1} more differences.` : '';
  const reason = `the ladder is another one than the golden one: ${first}${more}`;
  return { ...run, differences, verdict: { ...verdict, outcome: 'fail', reason } };
}

/** @throws CliError 2 when one has not passed, 3 when the file cannot be written. */
export async function updateGolden(path: string, runs: readonly ReportedRun[]): Promise<void> {
  const bad = runs.find(({ verdict }) => verdict.outcome !== 'pass');
  if (bad !== undefined)
    throw usageError(`--golden ${path} is left as it is: ${bad.verdict.scenario} has not passed`);
  const text = writeGolden(runs.map(ladderOf));
  await writeFileWhole(path, [new TextEncoder().encode(text)]).catch((error: unknown) => {
    throw environmentError(`--golden ${path}: ${fileReason(error)}`);
  });
}

const ladderOf = ({ verdict, messages }: ReportedRun): SemanticLadder =>
  semanticLadder(verdict.scenario, runLadder(messages));
