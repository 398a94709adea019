import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { createSystemClock } from '../../stack/core/node/system-clock.ts';
import type { Logger } from '../../stack/core/logger.ts';
import { ContractError } from '../contract/errors.ts';
import { parseBind, type ServerConfig, type SiphondConfig } from '../contract/server-config.ts';
import { SERVER_FIELDS } from '../contract/server-fields.ts';
import type { Listener, ServerInfo } from '../contract/servers.ts';
import { type Daemon, startDaemon } from '../daemon/serve.ts';
import { decodeBatch } from '../services/traffic/capture-batch.ts';
import { defaultDataDir } from '../services/storage/data-dir.ts';
import { createWorkbench, type RunningWorkbench } from '../workbench.ts';
import { environmentError, usageError } from './io.ts';
import type { OperatorSource } from './operator/operator-prompt.ts';
import { type OpenMetrics, openMetrics } from './open-metrics.ts';
import type { ServeContext } from './serve-context.ts';
import { PRODUCT_VERSION } from './version.ts';

const TOKEN_BYTES = 24;

/**
 * Serves each configuration in a worker of its own, behind the API of the workbench where it is asked for. One that crashes leaves the others;
 * over the API it can be started again, and without it the last one that crashes ends the process.
 * @throws CliError 2 or 3 in one sentence.
 */
export async function serveWorkers(context: ServeContext): Promise<number> {
  const { config, io, log, out, capture, graceMs, until } = context;
  const clock = createSystemClock();
  let metrics: OpenMetrics | undefined;
  const seed = io.env['SIPHON_ID_SEED'];
  const workbench = await createWorkbench({
    dataDir: defaultDataDir(process.platform, io.env, homedir()),
    clock,
    log,
    face: 'browser',
    version: PRODUCT_VERSION,
    idSeed: seed === '' ? undefined : seed,
    isEphemeral: true,
    onCaptured: (batch, server) => {
      const sinks = [capture?.add, metrics?.counts.get(server)?.sink].filter((sink) => sink !== undefined);
      if (sinks.length > 0) for (const message of decodeBatch(batch)) for (const sink of sinks) sink(message);
    },
  });
  let daemon: Daemon | undefined;
  let endPrompt: (() => void) | undefined;
  try {
    if (config.apiBind === '') await workbench.handlers['traffic.record']({ isOn: false });
    else daemon = await listen(config, workbench, log);
    metrics = await openMetrics(context, () => workbench.measure());
    const names = new Map<string, string>();
    tellLog(workbench, log, names);
    const listeners = await startAll(workbench, context, names);
    if (daemon !== undefined) out(`siphond api on ${daemon.url.replace('/#', '/api#')}\n`);
    endPrompt = context.prompt?.(operatorOf(workbench));
    const end = await Promise.race([
      until(listeners),
      ...(daemon === undefined ? [allCrashed(workbench)] : []),
    ]);
    if (end === 'crashed') throw environmentError('every server has crashed; the log says why');
    log.info('stopping');
    return end;
  } finally {
    endPrompt?.();
    await Promise.all([daemon?.close(), metrics?.close(), workbench.dispose(graceMs)]);
    clock.dispose();
  }
}

/** One after the other, so that they do not make two development CAs; all of them, or none. @param names - gets the name of each by its id. @returns where the first one listens. */
async function startAll(
  { handlers }: RunningWorkbench,
  { servers, announce }: ServeContext,
  names: Map<string, string>,
): Promise<readonly Listener[]> {
  const created: (readonly [id: string, server: ServerConfig])[] = [];
  for (const server of servers) {
    const { id } = await handlers['servers.create']({ config: ownConfig(server) });
    created.push([id, server]);
    names.set(id, server.name);
  }
  const all: (readonly Listener[])[] = [];
  for (const [id, server] of created) {
    const { listeners } = await started(handlers, id);
    announce(server, listeners);
    all.push(listeners);
  }
  return all[0] ?? [];
}

/** Resolves when the last server has crashed. */
function allCrashed({ handlers, events }: RunningWorkbench): Promise<'crashed'> {
  return new Promise((resolve) => {
    events.on('servers.changed', () => {
      void Promise.resolve(handlers['servers.list']({})).then(({ servers }) => {
        if (servers.every(({ state }) => state === 'crashed')) resolve('crashed');
      });
    });
  });
}

/** The options of the server, without those of the process. */
function ownConfig(config: ServerConfig): unknown {
  return Object.fromEntries(SERVER_FIELDS.map(({ key }) => [key, config[key]]));
}

async function started(handlers: RunningWorkbench['handlers'], id: string): Promise<ServerInfo> {
  try {
    return await handlers['servers.start']({ id });
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    const hint = (error.data as { readonly hint?: string } | undefined)?.hint ?? '';
    const sentence = `${error.message} ${hint}`.trim();
    throw error.code === 'invalid-config' ? usageError(sentence) : environmentError(sentence, error);
  }
}

async function listen(
  { apiBind, apiToken }: SiphondConfig,
  workbench: RunningWorkbench,
  log: Logger,
): Promise<Daemon> {
  const { host, port } = parseBind(apiBind);
  const token = apiToken === '' ? randomBytes(TOKEN_BYTES).toString('base64url') : apiToken;
  try {
    return await startDaemon({ host, port, token, version: PRODUCT_VERSION, workbench, log });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw environmentError(`the API cannot listen on ${apiBind}: ${reason}`, error);
  }
}

/** The logs of the nodes become the log of the process; of several servers each line names its own. */
function tellLog({ events }: RunningWorkbench, log: Logger, names: ReadonlyMap<string, string>): void {
  events.on('servers.logged', ({ id, lines }) => {
    const node = names.size > 1 ? names.get(id) : undefined;
    for (const { level, message, fields } of lines)
      log[level](message, node === undefined ? fields : { node, ...fields });
  });
}

/** What waits at any server of the workbench. */
function operatorOf({ handlers, events }: RunningWorkbench): OperatorSource {
  const list = async () => (await handlers['operator.list']({})).items;
  return {
    list,
    decide: async (item, decision) => {
      const found = (await list()).find(({ id }) => id === item);
      if (found === undefined) throw new ContractError('gone', 'That is over already.');
      await handlers['operator.decide']({ server: found.server, item, decision });
    },
    onChanged: (listener) =>
      events.on('operator.changed', ({ items }) => {
        listener(items);
      }),
  };
}
