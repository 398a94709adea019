import { Command, Option } from 'commander';
import { usageError } from '../io.ts';
import { goldenOptions } from '../scenario/golden.ts';
import { readyRuns, type RunFlags } from '../scenario/run-files.ts';
import { envOption } from '../scenario/environment.ts';
import { setOption } from '../scenario/variables.ts';
import { reportOptions } from '../scenario/write-reports.ts';
import { repeated, type Subcommand } from '../subcommand.ts';

const MAX_RUNS = 1_000_000;

/** `sipctl run FILE...`: runs scenarios one after the other. The worst verdict is the exit code. */
export const runCommand: Subcommand = {
  json: {
    step: 'file, actor, id, title, line, calledFile, outcome, atMs, tookMs, reason, hint, said',
    verdict: 'file, scenario, outcome (pass, fail, error, stopped), reason, tookMs, variables, rows',
    difference: 'file, scenario, text: with --golden, what has changed',
  },
  examples: [
    'run call.yaml --target sip:bob@127.0.0.1:5060',
    'run scenarios/*.yaml --target sip:127.0.0.1 --junit report.xml --html report.html',
    'run call.yaml --target sip:127.0.0.1 --pcap call.pcapng --report-json call.json',
    'run call.yaml --target sip:127.0.0.1 --golden call.golden.yaml --update-golden',
    'run register.yaml --env lab --set user=alice --json',
    'run register-users.yaml --target sip:127.0.0.1 --runs all',
  ],
  command: (io, done) => {
    const command = new Command('run')
      .description(
        'Run scenarios against a target, one after the other. Exit 0 when all passed, 1 when one failed, 2 when a file is no scenario, 3 when one could not run, 130 when stopped: what is open is cancelled or ended then.',
      )
      .argument('<file...>', 'scenario files, YAML or JSON; - for standard input')
      .option('--target <SIP-URI>', 'The system under test: the variable ${target}.')
      .addOption(envOption())
      .addOption(setOption())
      .addOption(
        new Option(
          '--runs <N|all>',
          'Run each scenario so many times, or once for each row of its datasets, in place of what its file says.',
        ).argParser(runCount),
      )
      .addOption(
        new Option(
          '--dns-server <ADDRESS:PORT>',
          'Name server to ask in place of those of the system; repeatable.',
        ).argParser(repeated),
      )
      .option('--json', 'Print one JSON object a step, and one for each verdict.')
      .action(async (paths: readonly string[], flags: RunFlags) => {
        const ready = await readyRuns(paths, flags, io);
        done(await ready.run(io));
      });
    for (const option of [...reportOptions(), ...goldenOptions()]) command.addOption(option);
    return command;
  },
};

/** @throws CliError 2 */
function runCount(text: string): number | 'all' {
  if (text === 'all') return text;
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > MAX_RUNS)
    throw usageError(`--runs ${text}: expected all or a number from 1 to ${MAX_RUNS}`);
  return count;
}
