import { Command } from 'commander';
import { siphond } from '../siphond.ts';
import type { Subcommand } from '../subcommand.ts';

/** `sipctl serve`: siphond under another name, with all its options. */
export const serveCommand: Subcommand = {
  examples: ['serve --mode full-uas --udp-bind 127.0.0.1:5060', 'serve --help'],
  command: (io, done) =>
    new Command('serve')
      .description('Run a server: the same as `siphond`, with all its options (docs/CONFIGURATION.md).')
      .argument('[options...]', 'options of siphond; `sipctl serve --help` lists them')
      .helpOption(false)
      .allowUnknownOption()
      .passThroughOptions()
      .action(async (argv: readonly string[]) => {
        done(await siphond(argv, io));
      }),
};
