import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { allRows, drawRows, type Exhausted, type Rows } from '../../../scenarios/engine/datasets/cursor.ts';
import { Generators } from '../../../scenarios/engine/generators.ts';
import type { Program } from '../../../scenarios/engine/program.ts';
import { run } from '../../../scenarios/engine/run.ts';
import { RunTrace } from '../../../scenarios/engine/run-trace.ts';
import type { Verdict } from '../../../scenarios/engine/verdict.ts';
import type { ReportedRun } from '../../../scenarios/report/reported-run.ts';
import { nodeHashes } from '../../../stack/auth/node/hashes.ts';
import type { Ids } from '../../../stack/core/ids.ts';
import { createSystemClock } from '../../../stack/core/node/system-clock.ts';
import { createResolver } from '../../../stack/resolver/rfc3263.ts';
import { bindActor } from '../../servers/bind-actor.ts';
import { scenarioNodes } from '../../servers/scenario-nodes/start-scenario-node.ts';
import { defaultDataDir } from '../../services/storage/data-dir.ts';
import { commandIds } from '../command-ids.ts';
import { type CliIo, EXIT, type ExitCode, usageError } from '../io.ts';
import { harmless } from '../printable.ts';
import { styleFor, type Tone } from '../style.ts';
import { dnsOf, orEnvironmentError } from '../target.ts';
import { compareWithGolden, type GoldenFlags, readGoldenFile, updateGolden } from './golden.ts';
import { OUTCOME_EXIT_CODES } from './outcome-exit-codes.ts';
import { diagnosticLine, readScenario } from './read-scenario.ts';
import { stepJson, stepLine, verdictLine } from './run-lines.ts';
import { environmentVariables } from './environment.ts';
import { variablesOf, type VariableFlags } from './variables.ts';
import { type ReportFlags, writeReports } from './write-reports.ts';

/** How scenario files are run and reported on. */
export interface RunFlags extends ReportFlags, GoldenFlags, VariableFlags {
  readonly dnsServer?: readonly string[];
  readonly runs?: number | 'all';
  readonly json?: boolean;
}

/** Scenario files that were read, checked and not run yet. */
export interface ReadyRuns {
  /**
   * Runs them one after the other and writes the reports.
   * @param targetOf - the URI that `${target}` is where no flag says it.
   * @returns the exit code of the worst verdict.
   */
  run(io: CliIo, targetOf?: (program: Program) => string): Promise<ExitCode>;
}

const TONES: Readonly<Record<Verdict['outcome'], Tone>> = {
  pass: 'good',
  fail: 'bad',
  error: 'bad',
  stopped: 'warning',
};

/** Reads everything that a run needs before the first one begins. @throws CliError 2 */
export async function readyRuns(paths: readonly string[], flags: RunFlags, io: CliIo): Promise<ReadyRuns> {
  const variables = variablesOf(flags);
  const programs = await programsOf(paths, flags, io);
  const golden = await readGoldenFile(flags);
  return {
    run: async (runIo, targetOf) => {
      const ran: ReportedRun[] = [];
      for (const { file, program, environment } of programs) {
        const given = {
          ...(targetOf !== undefined && { target: targetOf(program) }),
          ...environment,
          ...variables,
        };
        const some = await runAll(file, program, given, flags, runIo);
        ran.push(...some);
        if (some.at(-1)?.verdict.outcome === 'stopped') break;
      }
      const runs = golden === undefined ? ran : compareWithGolden(golden, ran, flags, runIo);
      await writeReports(flags, runs);
      if (flags.golden !== undefined && golden === undefined) await updateGolden(flags.golden, runs);
      return runs
        .map(({ verdict }) => OUTCOME_EXIT_CODES[verdict.outcome])
        .reduce((worst, code) => (code > worst ? code : worst), EXIT.ok);
    },
  };
}

interface ReadyFile {
  readonly file: string;
  readonly program: Program;
  readonly environment: Variables;
}

/** Every file is read before the first one runs. @throws CliError 2 */
async function programsOf(
  paths: readonly string[],
  { env }: RunFlags,
  io: CliIo,
): Promise<readonly ReadyFile[]> {
  const programs: ReadyFile[] = [];
  const problems: string[] = [];
  for (const file of paths) {
    const { program, diagnostics } = await readScenario(file, io);
    problems.push(...diagnostics.map((diagnostic) => harmless(diagnosticLine(file, diagnostic))));
    const environment = await environmentVariables(env, file);
    if (program !== undefined) programs.push({ file, program, environment });
  }
  if (programs.length < paths.length) throw usageError(problems.join('\n'));
  for (const warning of problems) io.err(`${warning}\n`);
  return programs;
}

type Variables = Readonly<Record<string, string | number | boolean>>;

/** What the runs of one scenario have in common. */
interface Series {
  readonly file: string;
  readonly program: Program;
  readonly ids: Ids;
  readonly generators: Generators;
  readonly variables: Variables;
  readonly flags: RunFlags;
  readonly io: CliIo;
  /** Of many runs those that do not pass are told only, and of those alone the messages are kept. */
  readonly isLong: boolean;
}

/** Runs a scenario as often as it is asked for. @throws CliError 2 */
async function runAll(
  file: string,
  program: Program,
  variables: Variables,
  flags: RunFlags,
  io: CliIo,
): Promise<readonly ReportedRun[]> {
  const { datasets } = program;
  if (flags.runs === 'all' && datasets.length === 0)
    throw usageError(`--runs all: ${file} has no dataset whose rows could be counted`);
  const count = flags.runs === 'all' ? allRows(datasets) : (flags.runs ?? program.runs);
  const style = styleFor(io);
  if (flags.json !== true) io.out(`${style(harmless(program.name), 'strong')}\n`);
  const ids = commandIds(io);
  const series: Series = {
    file,
    program,
    ids,
    generators: new Generators(ids),
    variables,
    flags,
    io,
    isLong: count > 1,
  };
  const runs: ReportedRun[] = [];
  for (const rows of drawRows(datasets, ids, count)) {
    const run = await runOne(series, rows);
    runs.push(run);
    if (run.verdict.outcome === 'stopped') break;
  }
  const passed = runs.filter(({ verdict }) => verdict.outcome === 'pass').length;
  if (count > 1 && flags.json !== true)
    io.out(`${style(`${passed} of ${count} runs passed`, passed === count ? 'good' : 'bad')}\n`);
  return runs;
}

async function runOne(
  { file, program, ids, generators, variables, flags: { dnsServer, json }, io, isLong }: Series,
  rows: Rows | Exhausted,
): Promise<ReportedRun> {
  const clock = createSystemClock();
  const trace = new RunTrace();
  const startedAt = new Date(clock.wallMs()).toISOString();
  const style = styleFor(io);
  const isTold = (isGood: boolean): boolean => json === true || !isLong || !isGood;
  try {
    const verdict = await run(program, {
      clock,
      ids,
      generators,
      rows,
      hashes: nodeHashes,
      variables,
      resolver: createResolver({ dns: dnsOf(dnsServer), clock, ids }),
      signal: io.signal,
      trace,
      startNode: scenarioNodes({
        ids,
        dataDir: defaultDataDir(process.platform, io.env, homedir()),
        folder: dirname(file),
        dnsServers: dnsServer,
      }),
      bind: (actor) => orEnvironmentError(bindActor(actor, { clock, env: io.env, folder: dirname(file) })),
      onStep: (result) => {
        if (isTold(result.outcome === 'pass'))
          io.out(json === true ? stepJson(file, result) : stepLine(result, style));
      },
    });
    const { scenario, outcome, reason, tookMs, variables: left, rows: used } = verdict;
    const told = { scenario, outcome, reason, tookMs: Math.round(tookMs), variables: left, rows: used };
    const hasPassed = outcome === 'pass';
    if (json === true) io.out(`${JSON.stringify({ event: 'verdict', file, ...told })}\n`);
    else if (isTold(hasPassed)) io.out(`${style(harmless(verdictLine(verdict, program)), TONES[outcome])}\n`);
    const { messages, leftOut } = trace;
    return isLong && hasPassed
      ? { file, verdict, startedAt, messages: [], leftOut: messages.length + leftOut }
      : { file, verdict, startedAt, messages, leftOut };
  } finally {
    clock.dispose();
  }
}
