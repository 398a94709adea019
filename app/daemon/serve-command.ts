import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { createSystemClock } from '../../stack/core/node/system-clock.ts';
import { environmentError, EXIT, type CliIo } from '../cli/io.ts';
import { strict } from '../cli/strict-command.ts';
import { createLogger } from '../cli/logging.ts';
import { PRODUCT_VERSION } from '../cli/version.ts';
import { LOG_LEVELS } from '../contract/server-config.ts';
import { defaultDataDir } from '../services/storage/data-dir.ts';
import { fileReason } from '../services/storage/file-reason.ts';
import { createWorkbench } from '../workbench.ts';
import { openBrowser } from './browser-opener.ts';
import { startDaemon, type Daemon, type DaemonOptions } from './serve.ts';

/** How long open calls may take to end after the first signal. */
const GRACE_MS = 5000;

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;

interface Flags {
  readonly host: string;
  readonly port: number;
  readonly dataDir?: string;
  readonly open: boolean;
}

function toPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN;
  if (port <= 65535) return port;
  throw new InvalidArgumentError('expected a port from 0 to 65535.');
}

function createProgram(io: CliIo): Command {
  const command = new Command('serve')
    .description('Serves the workbench to a browser.')
    .version(PRODUCT_VERSION, '-V, --version')
    .option(
      '--host <ADDRESS>',
      'Address to listen on; anything but loopback lets others in who have the token.',
      '127.0.0.1',
    )
    .option('--port <PORT>', 'Port to listen on; 0 takes a free one.', toPort, 0)
    .option(
      '--data-dir <DIR>',
      'Folder that keeps your servers; the default is where your system keeps such things.',
    )
    .option('--open', 'Open the workbench in the browser.')
    .option('--no-open', 'Only print the address.')
    .helpOption('-h, --help', 'Show this text.');
  return strict(command, 'serve', io);
}

/** Why the daemon could not listen, in words. */
const LISTEN_REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program holds that port; choose another with --port, or 0 for any free one',
  EADDRNOTAVAIL: 'this machine has no such address',
  EACCES: 'ports below 1024 need special rights; choose a higher one with --port',
  ENOTFOUND: 'no such name',
};

async function listen(options: DaemonOptions): Promise<Daemon> {
  try {
    return await startDaemon(options);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const reason = LISTEN_REASONS[code] ?? (error instanceof Error ? error.message : String(error));
    throw environmentError(`cannot listen on ${options.host} port ${options.port}: ${reason}`, error);
  }
}

/**
 * Serves the workbench until a signal ends it.
 * @param rendererDir - the built page.
 * @returns the exit code.
 */
export async function serveCommand(argv: readonly string[], io: CliIo, rendererDir: string): Promise<number> {
  const program = createProgram(io);
  program.parse(argv, { from: 'user' });
  const flags = program.opts<Partial<Flags>>();
  const { host = '127.0.0.1', port = 0 } = flags;
  if (!existsSync(join(rendererDir, 'index.html')))
    throw environmentError('the page of the workbench is not built: run `npm run build` first');

  const level = LOG_LEVELS.find((known) => known === io.env['SIPHON_LOG']) ?? 'info';
  const log = createLogger({ level, format: 'pretty', isTerminal: io.isTerminal, write: io.err });
  const clock = createSystemClock();
  const dataDir = flags.dataDir ?? defaultDataDir(process.platform, io.env, homedir());
  const idSeed = io.env['SIPHON_ID_SEED'];
  const workbench = await createWorkbench({
    dataDir,
    clock,
    log,
    face: 'browser',
    version: PRODUCT_VERSION,
    idSeed: idSeed === '' ? undefined : idSeed,
  }).catch((error: unknown) => {
    clock.dispose();
    throw environmentError(`cannot use ${dataDir}: ${fileReason(error)}`, error);
  });
  try {
    const token = randomBytes(24).toString('base64url');
    const daemon = await listen({
      host,
      port,
      token,
      rendererDir,
      version: PRODUCT_VERSION,
      workbench,
      log,
    });
    io.out(`Siphon Workbench: ${daemon.url}\n`);
    if (!LOOPBACK.test(host)) log.warn(`whoever reaches ${host} and has the token can use this workbench`);
    if (flags.open === true) {
      const reason = await openBrowser(daemon.url, process.platform, io.env);
      if (reason !== undefined) log.info(`open the address in a browser yourself: ${reason}`);
    }
    await untilAborted(io.signal);
    await Promise.all([daemon.close(), workbench.dispose(GRACE_MS)]);
  } finally {
    await workbench.dispose(0);
    clock.dispose();
  }
  return EXIT.ok;
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else
      signal.addEventListener(
        'abort',
        () => {
          resolve();
        },
        { once: true },
      );
  });
}
