import type { Command } from 'commander';
import type { CliIo } from './io.ts';
import { harmless } from './printable.ts';

/** How every command of the product behaves: unknown words are errors with a suggestion, in one line that begins with the command's name. */
export function strict(command: Command, name: string, io: Pick<CliIo, 'out' | 'err'>): Command {
  return command
    .showSuggestionAfterError(true)
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({
      writeOut: io.out,
      writeErr: io.err,
      outputError: (text, write) => {
        const line = text
          .trimEnd()
          .replace(/^error: /, '')
          .replace(/\n\(/, ' (');
        write(`${name}: ${harmless(line)}\n`);
      },
    });
}
