import { Command, Option } from 'commander';
import { SIPHOND_FIELDS } from '../contract/server-fields.ts';
import { explainConfig } from '../servers/explain-config.ts';
import { rewriteBooleans } from './boolean-flags.ts';
import { readConfigFile } from './config-file.ts';
import { type CliIo, EXIT, usageError } from './io.ts';
import { printedConfig } from './print-config.ts';
import { readServedRuns, type ServedRunFlags, servedRunOptions } from './scenario/served-runs.ts';
import { serve } from './serve.ts';
import { type ResolvedServers, resolveServers } from './server-list.ts';
import { toFlags } from './server-options.ts';
import { strict } from './strict-command.ts';
import { PRODUCT_VERSION } from './version.ts';

interface OwnFlags extends ServedRunFlags {
  readonly config?: string;
  readonly printConfig?: boolean;
  readonly explain?: boolean;
  readonly prompt?: boolean;
}

function createProgram(io: CliIo): Command {
  const program = new Command('siphond')
    .description('A SIP server for testing: one command, several modes.')
    .version(PRODUCT_VERSION, '-V, --version')
    .option('--config <FILE>', 'Read options from a YAML or JSON file; flags win over it.')
    .option('--print-config', 'Show every option with its origin, and end.')
    .option('--explain', 'Say what the server would do with each request, and end.')
    .option(
      '--prompt',
      'Take decisions of the operator from standard input, mode interactive only. A terminal is asked without being told.',
    )
    .addOption(new Option('--no-prompt').hideHelp())
    .helpOption('-h, --help', 'Show this text.');
  for (const option of servedRunOptions()) program.addOption(option);
  for (const option of SIPHOND_FIELDS.flatMap(toFlags)) program.addOption(option);
  return strict(program, 'siphond', io);
}

/** Runs siphond until a signal ends it. @returns the exit code. */
export async function siphond(argv: readonly string[], io: CliIo): Promise<number> {
  const booleans = [...SIPHOND_FIELDS.filter((f) => f.kind === 'boolean').map((f) => f.flag), '--prompt'];
  const rewritten = rewriteBooleans(argv, booleans);
  if (rewritten.bad !== undefined) throw usageError(rewritten.bad);
  const program = createProgram(io);
  program.parse(rewritten.argv, { from: 'user' });
  const {
    config: filePath,
    printConfig: isPrinted,
    explain: isExplained,
    prompt,
    ...flags
  } = program.opts<OwnFlags & Record<string, unknown>>();
  const resolved = resolveServers({
    flags,
    file: filePath === undefined ? {} : await readConfigFile(filePath),
    filePath,
    env: io.env,
  });
  if (isPrinted === true) io.out(printedConfig(resolved));
  if (isExplained === true) io.out(explained(resolved));
  if (isPrinted === true || isExplained === true) return EXIT.ok;
  const modes = resolved.servers.map(({ config }) => config.mode);
  const isInteractive = modes.includes('interactive');
  if (prompt === true && !isInteractive)
    throw usageError(`--prompt: only mode interactive asks, and this is ${modes.join(', ')}`);
  const hasPrompt = isInteractive && (prompt ?? io.input?.isTerminal ?? false);
  const scenarios = await readServedRuns(resolved.own.config.scenario, flags, io);
  return serve(resolved, { hasPrompt, scenarios }, io);
}

/** What each server does, a sentence a handler. */
function explained({ servers, isList }: ResolvedServers): string {
  const lines = servers.flatMap(({ config }) => [
    ...(isList ? [`${config.name}, ${config.mode}`] : []),
    ...explainConfig(config).map((line) => (isList ? `  ${line}` : line)),
  ]);
  return lines.map((line) => `${line}\n`).join('');
}
