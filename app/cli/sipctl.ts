import { Command } from 'commander';
import type { CliIo } from './io.ts';
import { strict } from './strict-command.ts';
import type { Subcommand } from './subcommand.ts';
import { PRODUCT_VERSION } from './version.ts';

/** Every subcommand by its name, in the order of the help. One is loaded when it is called, so that none waits for what only another needs. */
const SUBCOMMANDS: Readonly<Record<string, () => Promise<Subcommand>>> = {
  options: async () => (await import('./commands/options.ts')).optionsCommand,
  register: async () => (await import('./commands/register.ts')).registerCommand,
  unregister: async () => (await import('./commands/unregister.ts')).unregisterCommand,
  query: async () => (await import('./commands/query.ts')).queryCommand,
  call: async () => (await import('./commands/call.ts')).callCommand,
  message: async () => (await import('./commands/message.ts')).messageCommand,
  subscribe: async () => (await import('./commands/subscribe.ts')).subscribeCommand,
  publish: async () => (await import('./commands/publish.ts')).publishCommand,
  refer: async () => (await import('./commands/refer.ts')).referCommand,
  send: async () => (await import('./commands/send.ts')).sendCommand,
  resolve: async () => (await import('./commands/resolve.ts')).resolveCommand,
  parse: async () => (await import('./commands/parse.ts')).parseCommand,
  lint: async () => (await import('./commands/lint.ts')).lintCommand,
  diff: async () => (await import('./commands/diff.ts')).diffCommand,
  trace: async () => (await import('./commands/trace.ts')).traceCommand,
  run: async () => (await import('./commands/run.ts')).runCommand,
  load: async () => (await import('./commands/load.ts')).loadCommand,
  replay: async () => (await import('./commands/replay.ts')).replayCommand,
  validate: async () => (await import('./commands/validate.ts')).validateCommand,
  import: async () => (await import('./commands/import.ts')).importCommand,
  export: async () => (await import('./commands/export.ts')).exportCommand,
  'scenario-from': async () => (await import('./commands/scenario-from.ts')).scenarioFromCommand,
  dials: async () => (await import('./commands/dials.ts')).dialsCommand,
  serve: async () => (await import('./commands/serve.ts')).serveCommand,
};

export const allSubcommands = (): Promise<readonly Subcommand[]> =>
  Promise.all(Object.values(SUBCOMMANDS).map((load) => load()));

/** The one that is called; all of them for help, and for what is none of them. */
async function wantedSubcommands(argv: readonly string[]): Promise<readonly Subcommand[]> {
  const called = argv.find((word) => !word.startsWith('-')) ?? '';
  const load = Object.hasOwn(SUBCOMMANDS, called) ? SUBCOMMANDS[called] : undefined;
  return load === undefined ? allSubcommands() : [await load()];
}

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
  for (const subcommand of await wantedSubcommands(argv)) {
    const command = subcommand.command(io, (code) => {
      exitCode = code;
    });
    command.addHelpText('after', moreHelp(subcommand));
    program.addCommand(strict(command, 'sipctl', io));
  }
  await program.parseAsync(argv, { from: 'user' });
  return exitCode;
}
