import { Command, Option } from 'commander';
import type { LoadSnapshot } from '../../contract/load.ts';
import { startLoad } from '../../load/load-run.ts';
import { type CliIo, environmentError, EXIT, type ExitCode, usageError } from '../io.ts';
import { KEYS_HELP, liveKeys } from '../load/live-keys.ts';
import { planOf, type PlanFlags } from '../load/plan-flags.ts';
import { createLoadReport } from '../load/load-report.ts';
import { harmless } from '../printable.ts';
import { diagnosticLine, readScenario } from '../scenario/read-scenario.ts';
import { envOption, environmentVariables } from '../scenario/environment.ts';
import { setOption, type VariableFlags, variablesOf } from '../scenario/variables.ts';
import { repeated, type Subcommand, wholeNumber } from '../subcommand.ts';

interface Flags extends PlanFlags, VariableFlags {
  readonly dnsServer?: readonly string[];
  readonly json?: boolean;
}

/** `sipctl load FILE`: runs a scenario again and again, at a rate. */
export const loadCommand: Subcommand = {
  json: {
    second:
      'atSec, attempts, answered, succeeded, failed, active, ratePerSec, p50Ms, p95Ms, p99Ms (setup), retransmissions, lagMs, causes',
    report:
      'name, target, elapsedSec, attempts, succeeded, failed, skipped, peakActive, retransmissions, setup, callLength (p50Ms, p95Ms, p99Ms, maxMs), failures (signature, step, calls, firstAtSec, lastAtSec, row, example), stoppedBecause, cpuUsPerCall',
  },
  examples: [
    'load call.yaml --target sip:bob@127.0.0.1:5060 --rate 200 --duration 60',
    'load call.yaml --target sip:bob@127.0.0.1:5060 --ramp 10:500:120 --stop-below 99',
    'load call.yaml --target sip:bob@127.0.0.1:5060 --users 50 --calls 10000 --json',
  ],
  command: (io, done) =>
    new Command('load')
      .description(
        `Run a scenario many times, at a rate that does not wait for answers. Keys while it runs: ${KEYS_HELP}. Exit 0 when every call passed, 1 when one failed or a stop rule ended the run, 2 when the file is no scenario, 3 when it could not run, 130 when stopped: what is on is hung up then.`,
      )
      .argument('<file>', 'scenario file, YAML or JSON; - for standard input')
      .option('--target <SIP-URI>', 'The system under test: the variable ${target}.')
      .option('--rate <CALLS>', 'Calls a second; 10 when nothing else says how many.')
      .option('--ramp <FROM:TO:SECONDS>', 'A rate that goes from one to another, and stays there.')
      .option('--steps <START:STEP:SECONDS:MAX>', 'A rate that goes up by STEP every so many seconds.')
      .option('--spike <BASE:PEAK:EVERY:FOR>', 'A rate with a peak every EVERY seconds, for FOR seconds.')
      .addOption(
        new Option(
          '--users <NUMBER>',
          'So many callers, each of whom calls again when a call is over.',
        ).argParser(wholeNumber(1, 10_000)),
      )
      .addOption(
        new Option('--calls <NUMBER>', 'Calls in all; without end when left out.').argParser(
          wholeNumber(1, 1_000_000_000),
        ),
      )
      .addOption(
        new Option('--concurrent <NUMBER>', 'Calls at once; one that is due while so many are on is skipped.')
          .argParser(wholeNumber(1, 100_000))
          .default(10_000),
      )
      .option('--duration <SECONDS>', 'For how long calls begin.')
      .option('--stop-below <PERCENT>', 'Stop when fewer calls of the last 5 seconds succeeded.')
      .option(
        '--stop-above-ms <MILLISECONDS>',
        'Stop when the 95th percentile of the setup time was longer in the last 5 seconds.',
      )
      .addOption(
        new Option('--workers <NUMBER>', 'Threads that make calls.').argParser(wholeNumber(1, 16)).default(1),
      )
      .addOption(envOption())
      .addOption(setOption())
      .addOption(
        new Option(
          '--dns-server <ADDRESS:PORT>',
          'Name server to ask in place of those of the system; repeatable.',
        ).argParser(repeated),
      )
      .option('--json', 'Print one JSON object a second, and one for the report.')
      .action(async (path: string, flags: Flags) => {
        done(await load(path, flags, io));
      }),
};

/** @throws CliError */
async function load(path: string, flags: Flags, io: CliIo): Promise<ExitCode> {
  const plan = planOf(flags);
  const variables = { ...(await environmentVariables(flags.env, path)), ...variablesOf(flags) };
  const { text, files, folder, program, diagnostics } = await readScenario(path, io);
  const findings = diagnostics.map((diagnostic) => harmless(diagnosticLine(path, diagnostic)));
  if (program === undefined) throw usageError(findings.join('\n'));
  for (const warning of findings) io.err(`${warning}\n`);
  const report = createLoadReport(io, flags.json === true);
  const target = String(variables['target'] ?? '');
  const seed = io.env['SIPHON_ID_SEED'];
  const before = process.cpuUsage();
  const run = startLoad({
    text,
    files,
    folder,
    target,
    variables,
    plan,
    seed: seed === '' ? undefined : seed,
    dnsServers: flags.dnsServer,
    onSnapshot: (snapshot) => report.seconds(snapshot),
  });
  const keys = liveKeys(run);
  let isStoppedByHand = false;
  const closeKeys = io.keys?.((key) => {
    if (key === 'Q') isStoppedByHand = true;
    keys(key);
  });
  const interrupt = (): void => {
    isStoppedByHand = true;
    void run.stop();
  };
  io.signal.addEventListener('abort', interrupt, { once: true });
  const end = await run.ended;
  io.signal.removeEventListener('abort', interrupt);
  closeKeys?.();
  const { user, system } = process.cpuUsage(before);
  if (end.problem !== undefined) throw environmentError(end.problem);
  report.end(end, (user + system) / Math.max(1, end.attempts));
  return isStoppedByHand ? EXIT.interrupted : exitCodeOf(end);
}

const exitCodeOf = ({ failed, stoppedBecause, succeeded }: LoadSnapshot): ExitCode =>
  failed === 0 && stoppedBecause === undefined && succeeded > 0 ? EXIT.ok : EXIT.negative;
