import { Command } from 'commander';
import { callCommand } from './commands/call.ts';
import { optionsCommand } from './commands/options.ts';
import { parseCommand } from './commands/parse.ts';
import { sendCommand } from './commands/send.ts';
import type { CliIo } from './io.ts';
import { strict } from './strict-command.ts';
import type { Subcommand } from './subcommand.ts';
import { PRODUCT_VERSION } from './version.ts';

const SUBCOMMANDS: readonly Subcommand[] = [optionsCommand, callCommand, sendCommand, parseCommand];

/** Runs sipctl. @returns the exit code: 0 yes, 1 a negative answer or none, 2 usage, 3 environment, 130 interrupted. */
export async function sipctl(argv: readonly string[], io: CliIo): Promise<number> {
  let exitCode = 0;
  const program = new Command('sipctl')
    .description('A hand tool for SIP: ask, call, send octets, take messages apart.')
    .version(PRODUCT_VERSION, '-V, --version')
    .helpOption('-h, --help', 'Show this text.');
  strict(program, 'sipctl', io);
  for (const subcommand of SUBCOMMANDS) {
    const command = subcommand(io, (code) => {
      exitCode = code;
    });
    program.addCommand(strict(command, 'sipctl', io));
  }
  await program.parseAsync(argv, { from: 'user' });
  return exitCode;
}
