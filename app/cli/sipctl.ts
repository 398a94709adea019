import { Command } from 'commander';
import { callCommand } from './commands/call.ts';
import { dialsCommand } from './commands/dials.ts';
import { diffCommand } from './commands/diff.ts';
import { exportCommand } from './commands/export.ts';
import { importCommand } from './commands/import.ts';
import { lintCommand } from './commands/lint.ts';
import { loadCommand } from './commands/load.ts';
import { messageCommand } from './commands/message.ts';
import { optionsCommand } from './commands/options.ts';
import { parseCommand } from './commands/parse.ts';
import { publishCommand } from './commands/publish.ts';
import { queryCommand } from './commands/query.ts';
import { referCommand } from './commands/refer.ts';
import { registerCommand } from './commands/register.ts';
import { replayCommand } from './commands/replay.ts';
import { resolveCommand } from './commands/resolve.ts';
import { runCommand } from './commands/run.ts';
import { scenarioFromCommand } from './commands/scenario-from.ts';
import { sendCommand } from './commands/send.ts';
import { serveCommand } from './commands/serve.ts';
import { subscribeCommand } from './commands/subscribe.ts';
import { traceCommand } from './commands/trace.ts';
import { unregisterCommand } from './commands/unregister.ts';
import { validateCommand } from './commands/validate.ts';
import type { CliIo } from './io.ts';
import { strict } from './strict-command.ts';
import type { Subcommand } from './subcommand.ts';
import { PRODUCT_VERSION } from './version.ts';

/** Every subcommand, in the order of the help. */
export const SUBCOMMANDS: readonly Subcommand[] = [
  optionsCommand,
  registerCommand,
  unregisterCommand,
  queryCommand,
  callCommand,
  messageCommand,
  subscribeCommand,
  publishCommand,
  referCommand,
  sendCommand,
  resolveCommand,
  parseCommand,
  lintCommand,
  diffCommand,
  traceCommand,
  runCommand,
  loadCommand,
  replayCommand,
  validateCommand,
  importCommand,
  exportCommand,
  scenarioFromCommand,
  dialsCommand,
  serveCommand,
];

/** What stands below the options in the help of a subcommand. */
function moreHelp({ examples, json = {} }: Subcommand): string {
  const lines = Object.entries(json).map(([event, fields]) => `  ${event}: ${fields}`);
  return [
    '',
    'Examples:',
    ...examples.map((example) => `  sipctl ${example}`),
    ...(lines.length === 0 ? [] : ['', 'Lines of --json, by their event:', ...lines]),
  ].join('\n');
}

/** Runs sipctl. @returns the exit code: 0 yes, 1 a negative answer or none, 2 usage, 3 environment, 130 interrupted. */
export async function sipctl(argv: readonly string[], io: CliIo): Promise<number> {
  let exitCode = 0;
  const program = new Command('sipctl')
    .description('A hand tool for SIP: ask, register, call, watch, resolve, take messages apart.')
    .version(PRODUCT_VERSION, '-V, --version')
    .helpOption('-h, --help', 'Show this text.')
    .enablePositionalOptions();
  strict(program, 'sipctl', io);
  for (const subcommand of SUBCOMMANDS) {
    const command = subcommand.command(io, (code) => {
      exitCode = code;
    });
    command.addHelpText('after', moreHelp(subcommand));
    program.addCommand(strict(command, 'sipctl', io));
  }
  await program.parseAsync(argv, { from: 'user' });
  return exitCode;
}
