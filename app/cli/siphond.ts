import { homedir } from 'node:os';
import { Command } from 'commander';
import { stringify } from 'yaml';
import { formatAddress } from '../../stack/core/address.ts';
import { createSystemClock } from '../../stack/core/node/system-clock.ts';
import { parseBind, type SiphondConfig } from '../contract/server-config.ts';
import type { Listener } from '../contract/servers.ts';
import { withoutPassword } from '../contract/server-config/location-url.ts';
import { SIPHOND_FIELDS } from '../contract/server-fields.ts';
import { explainConfig } from '../servers/explain-config.ts';
import { countMessages } from '../servers/metrics/message-counts.ts';
import { type MetricsOptions, type MetricsServer, serveMetrics } from '../servers/metrics/serve-metrics.ts';
import { NodeStartError, type RunningNode, startNode } from '../servers/node.ts';
import { defaultDataDir } from '../services/storage/data-dir.ts';
import { rewriteBooleans } from './boolean-flags.ts';
import { type CaptureFile, openCaptureFile } from './capture-file.ts';
import { commandIds } from './command-ids.ts';
import { readConfigFile } from './config-file.ts';
import { type CliIo, environmentError, EXIT, usageError } from './io.ts';
import { createLogger } from './logging.ts';
import { type ResolvedConfig, resolveConfig, toFlags } from './server-options.ts';
import { serveWithApi } from './siphond-api.ts';
import { strict } from './strict-command.ts';
import { PRODUCT_VERSION } from './version.ts';

/** How long open calls may take to end after the first signal. */
const GRACE_MS = 5000;

interface OwnFlags {
  readonly config?: string;
  readonly printConfig?: boolean;
  readonly explain?: boolean;
}

function createProgram(io: CliIo): Command {
  const program = new Command('siphond')
    .description('A SIP server for testing: one command, several modes.')
    .version(PRODUCT_VERSION, '-V, --version')
    .option('--config <FILE>', 'Read options from a YAML or JSON file; flags win over it.')
    .option('--print-config', 'Show every option with its origin, and end.')
    .option('--explain', 'Say what the server would do with each request, and end.')
    .helpOption('-h, --help', 'Show this text.');
  for (const option of SIPHOND_FIELDS.flatMap(toFlags)) program.addOption(option);
  return strict(program, 'siphond', io);
}

/**
 * Each option with its value and origin, aligned: what `--print-config` shows; the part before `#` is a configuration file, but for a password in it.
 */
function printConfig({ config: resolved, origins }: ResolvedConfig): string {
  const config = { ...resolved, location: withoutPassword(resolved.location) };
  const lines = SIPHOND_FIELDS.map(({ key }) => ({
    text: stringify({ [key]: config[key] }, { flowCollectionPadding: false, collectionStyle: 'flow' }).trim(),
    origin: origins[key],
  }));
  const width = Math.max(...lines.map((l) => l.text.length));
  return lines.map((l) => `${l.text.slice(1, -1).trim().padEnd(width)}  # ${l.origin}\n`).join('');
}

async function serve(config: SiphondConfig, io: CliIo): Promise<number> {
  const log = createLogger({
    level: config.logLevel,
    format: config.logFormat,
    isTerminal: io.isTerminal,
    write: io.err,
  });
  let capture: CaptureFile | undefined;
  let metrics: MetricsServer | undefined;
  let node: RunningNode | undefined;
  const counts = config.metricsBind === '' ? undefined : countMessages();
  const clock = createSystemClock();
  try {
    if (config.capture !== '') capture = await openCaptureFile(config.capture, log);
    const announce = (listeners: readonly Listener[]): void => {
      for (const { protocol, host, port } of listeners)
        io.out(`siphond ${config.mode} listening on ${protocol} ${formatAddress({ host, port })}\n`);
    };
    if (config.apiBind !== '')
      return await serveWithApi({ config, io, log, capture, graceMs: GRACE_MS, announce });
    if (counts !== undefined) {
      metrics = await openMetrics(config.metricsBind, { counts, version: PRODUCT_VERSION, node: () => node });
      const at = formatAddress({ host: parseBind(config.metricsBind).host, port: metrics.port });
      io.out(`siphond metrics on http://${at}/metrics\n`);
    }
    const sinks = [capture?.add, counts?.sink].filter((sink) => sink !== undefined);
    node = await startNode(config, {
      clock,
      ids: commandIds(io),
      log,
      dataDir: defaultDataDir(process.platform, io.env, homedir()),
      onStep: (step) => {
        log.debug(step);
      },
      ...(sinks.length === 0
        ? {}
        : {
            capture: (message) => {
              for (const sink of sinks) sink(message);
            },
          }),
    });
    announce(node.listeners);
    await new Promise<void>((resolve) => {
      if (io.signal.aborted) resolve();
      else io.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    log.info('stopping', { activeCalls: node.stats().activeCalls });
    await node.stop(GRACE_MS);
    return EXIT.ok;
  } catch (error) {
    if (error instanceof NodeStartError)
      throw error.code === 'invalid-config'
        ? usageError(`${error.message} ${error.hint}`)
        : environmentError(`${error.message} ${error.hint}`, error);
    throw error;
  } finally {
    await metrics?.close();
    clock.dispose();
    await capture?.close();
  }
}

/** @throws CliError 3 in one sentence. */
async function openMetrics(bind: string, options: MetricsOptions): Promise<MetricsServer> {
  try {
    return await serveMetrics(parseBind(bind), options);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw environmentError(`the metrics cannot be served on ${bind}: ${reason}`, error);
  }
}

/** Runs siphond until a signal ends it. @returns the exit code. */
export async function siphond(argv: readonly string[], io: CliIo): Promise<number> {
  const booleans = SIPHOND_FIELDS.filter((f) => f.kind === 'boolean').map((f) => f.flag);
  const rewritten = rewriteBooleans(argv, booleans);
  if (rewritten.bad !== undefined) throw usageError(rewritten.bad);
  const program = createProgram(io);
  program.parse(rewritten.argv, { from: 'user' });
  const {
    config: filePath,
    printConfig: isPrinted,
    explain: isExplained,
    ...flags
  } = program.opts<OwnFlags & Record<string, unknown>>();
  const resolved = resolveConfig({
    flags,
    file: filePath === undefined ? {} : await readConfigFile(filePath),
    filePath,
    env: io.env,
  });
  if (resolved.config.apiBind !== '' && resolved.config.metricsBind !== '')
    throw usageError(
      '--metrics-bind: metrics are not served beside the API yet; leave --api-bind or --metrics-bind out',
    );
  if (isPrinted === true) io.out(printConfig(resolved));
  if (isExplained === true) for (const line of explainConfig(resolved.config)) io.out(`${line}\n`);
  if (isPrinted === true || isExplained === true) return EXIT.ok;
  return serve(resolved.config, io);
}
