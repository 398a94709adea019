import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { createSystemClock } from '../../stack/core/node/system-clock.ts';
import type { Logger } from '../../stack/core/logger.ts';
import { ContractError } from '../contract/errors.ts';
import { parseBind, type SiphondConfig } from '../contract/server-config.ts';
import { SERVER_FIELDS } from '../contract/server-fields.ts';
import type { ServerInfo } from '../contract/servers.ts';
import { startDaemon } from '../daemon/serve.ts';
import { decodeBatch } from '../services/traffic/capture-batch.ts';
import { defaultDataDir } from '../services/storage/data-dir.ts';
import { createWorkbench, type RunningWorkbench } from '../workbench.ts';
import type { CaptureFile } from './capture-file.ts';
import { type CliIo, environmentError, EXIT, usageError } from './io.ts';
import { PRODUCT_VERSION } from './version.ts';

const TOKEN_BYTES = 24;

export interface ApiServing {
  readonly config: SiphondConfig;
  readonly io: CliIo;
  readonly log: Logger;
  readonly capture: CaptureFile | undefined;
  readonly graceMs: number;
  /** Says where it listens. */
  readonly announce: (listeners: ServerInfo['listeners']) => void;
}

/**
 * Serves a configuration in a worker behind the API of the workbench: what crashes there is told, and can be started again over the API.
 * @throws CliError 2 or 3 in one sentence.
 */
export async function serveWithApi(serving: ApiServing): Promise<number> {
  const { config, io, log, capture, graceMs } = serving;
  const clock = createSystemClock();
  const seed = io.env['SIPHON_ID_SEED'];
  const workbench = await createWorkbench({
    dataDir: defaultDataDir(process.platform, io.env, homedir()),
    clock,
    log,
    face: 'browser',
    version: PRODUCT_VERSION,
    idSeed: seed === '' ? undefined : seed,
    isEphemeral: true,
    onCaptured: (batch) => {
      if (capture !== undefined) for (const message of decodeBatch(batch)) capture.add(message);
    },
  });
  const token = config.apiToken === '' ? randomBytes(TOKEN_BYTES).toString('base64url') : config.apiToken;
  try {
    const daemon = await listen(config.apiBind, token, workbench, log);
    tellLog(workbench, log);
    try {
      const { id } = await workbench.handlers['servers.create']({ config: ownConfig(config) });
      const { listeners } = await started(workbench, id);
      serving.announce(listeners);
      io.out(`siphond api on ${daemon.url.replace('/#', '/api#')}\n`);
      await aborted(io.signal);
      log.info('stopping');
    } finally {
      await Promise.all([daemon.close(), workbench.dispose(graceMs)]);
    }
    return EXIT.ok;
  } finally {
    await workbench.dispose(0);
    clock.dispose();
  }
}

/** The options of the server, without those of the process. */
function ownConfig(config: SiphondConfig): unknown {
  return Object.fromEntries(SERVER_FIELDS.map(({ key }) => [key, config[key]]));
}

async function started(workbench: RunningWorkbench, id: string): Promise<ServerInfo> {
  try {
    return await workbench.handlers['servers.start']({ id });
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    const hint = (error.data as { readonly hint?: string } | undefined)?.hint ?? '';
    const sentence = `${error.message} ${hint}`.trim();
    throw error.code === 'invalid-config' ? usageError(sentence) : environmentError(sentence, error);
  }
}

async function listen(bind: string, token: string, workbench: RunningWorkbench, log: Logger) {
  const { host, port } = parseBind(bind);
  try {
    return await startDaemon({ host, port, token, version: PRODUCT_VERSION, workbench, log });
  } catch (error) {
    await workbench.dispose(0);
    const reason = error instanceof Error ? error.message : String(error);
    throw environmentError(`the API cannot listen on ${bind}: ${reason}`, error);
  }
}

/** The log of the node becomes the log of the process. */
function tellLog(workbench: RunningWorkbench, log: Logger): void {
  workbench.events.on('servers.logged', ({ lines }) => {
    for (const { level, message, fields } of lines) log[level](message, fields);
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
