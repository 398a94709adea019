import { randomUUID } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { nodeHashes } from '../stack/auth/node/hashes.ts';
import type { Clock } from '../stack/core/clock.ts';
import { Emitter, type Unsubscribe } from '../stack/core/emitter.ts';
import type { Logger } from '../stack/core/logger.ts';
import { createRandomIds } from '../stack/core/node/random-ids.ts';
import { createSystemDns } from '../stack/resolver/node/system-dns.ts';
import { createResolver } from '../stack/resolver/rfc3263.ts';
import { bindUdp } from '../stack/transport/node/udp.ts';
import type { CommandId } from './contract/commands.ts';
import type { EventName, Params, Payload, Result } from './contract/define.ts';
import { ContractError } from './contract/errors.ts';
import type { LogLine } from './contract/servers.ts';
import type { Hello, Workbench } from './contract/workbench.ts';
import { startLoad } from './load/load-run.ts';
import type { EventSource, Handlers } from './rpc/types.ts';
import { bindActor } from './servers/bind-actor.ts';
import { bindLane } from './servers/bind-lane.ts';
import { explainConfig } from './servers/explain-config.ts';
import type { MeasuredServer } from './servers/metrics/serve-metrics.ts';
import type { LaunchNode } from './servers/node-protocol.ts';
import { scenarioNodes } from './servers/scenario-nodes/start-scenario-node.ts';
import { startWorker } from './servers/start-worker.ts';
import { createReplays } from './services/replay/replays.ts';
import { createCaptures } from './services/captures/captures.ts';
import { createScenarios } from './services/scenarios/scenarios.ts';
import { createLab } from './services/lab/lab.ts';
import { createLoad, type StartLoad } from './services/load/load.ts';
import { fromYaml } from './services/servers/config-text.ts';
import { findFreePort } from './services/servers/free-port.ts';
import { createServers } from './services/servers/servers.ts';
import { checkWorkspace, createWorkspaceMerge, toWorkspace } from './services/servers/workspace.ts';
import { defaultDataDir } from './services/storage/data-dir.ts';
import { createDownloads, DOWNLOAD_PATH, type Download } from './services/storage/downloads.ts';
import { fileReason } from './services/storage/file-reason.ts';
import { createGrantedFiles, type FileDialogs } from './services/storage/files.ts';
import { createJsonFile } from './services/storage/json-file.ts';
import { writeFileWhole } from './services/storage/write-file.ts';
import { createThrottle } from './services/throttle.ts';
import { createTraffic } from './services/traffic/traffic.ts';

/** Events that repeat the state of things come at most this often. */
const EVENTS_EVERY_MS = 100;

/** Lines of one server that wait for the next event; the log itself has the rest. */
const MAX_LINES_AN_EVENT = 1000;

/** A configuration file larger than this is none. */
const MAX_CONFIG_BYTES = 1024 * 1024;

/** What an ephemeral workbench begins with. */
const NOTHING_KEPT = { value: undefined, notice: undefined } as const;

export interface WorkbenchOptions {
  /** Folder that keeps what a person made; created when it is first needed. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly face: Hello['face'];
  readonly version: string;
  /** SIPHON_ID_SEED: makes every identifier of every server repeatable. */
  readonly idSeed?: string | undefined;
  /** Native dialogs, where the face has them. */
  readonly files?: FileDialogs;
  /** Keeps nothing for the next start: what a command serves belongs to its command line. */
  readonly isEphemeral?: boolean;
  /** Takes every batch of captures too, with the name of the server it is of. */
  readonly onCaptured?: (batch: ArrayBuffer, server: string) => void;
  /** How a node is started: in a worker, unless a test says otherwise. */
  readonly launch?: LaunchNode;
  /** How a load run is started: in threads of its own, unless a test says otherwise. */
  readonly startLoad?: StartLoad;
}

/** The whole application without a face. */
export interface RunningWorkbench {
  readonly handlers: Handlers<Workbench>;
  readonly events: EventSource<Workbench>;
  /** The file behind a path of `captures.export`, once. */
  takeDownload(path: string): Download | undefined;
  /** A native menu item was chosen. */
  chooseCommand(command: CommandId): void;
  /** What each server holds at this moment, for metrics. */
  measure(): Promise<readonly MeasuredServer[]>;
  /** Stops every server and lets go of everything. */
  dispose(graceMs: number): Promise<void>;
}

type Emitters = { readonly [E in EventName<Workbench>]: Emitter<Payload<Workbench, E>> };

/** Builds the services and answers the contract with them. What was kept by an earlier start is read first. */
export async function createWorkbench(options: WorkbenchOptions): Promise<RunningWorkbench> {
  const { clock, log } = options;
  const merge = createWorkspaceMerge();
  const workspace = createJsonFile({
    path: join(options.dataDir, 'workspace.json'),
    check: checkWorkspace,
    wallMs: () => clock.wallMs(),
    merge,
  });
  const isKept = options.isEphemeral !== true;
  const { value, notice } = isKept ? await workspace.load() : NOTHING_KEPT;
  if (value !== undefined) merge(value, undefined);
  if (notice !== undefined) log.warn(notice);

  const traffic = createTraffic({ clock });
  const servers = createServers({
    clock,
    launch: options.launch ?? startWorker,
    idSeed: options.idSeed,
    dataDir: options.dataDir,
    definitions: value?.servers ?? [],
    save: async (definitions) => {
      if (isKept) await workspace.save(toWorkspace(definitions));
    },
    explainConfig,
    newId: () => randomUUID().slice(0, 8),
    findFreePort,
    onCaptured: (batch, server) => {
      options.onCaptured?.(batch, server.name);
      traffic.ingest(batch, server);
    },
  });
  const ids = createRandomIds();
  const resolver = createResolver({ dns: createSystemDns(), clock, ids });
  const lab = createLab({
    clock,
    ids,
    servers,
    findFreePort,
    bind: (host) => bindUdp({ host, port: 0 }, { clock, log }),
  });
  const scenarios = createScenarios({
    clock,
    log,
    dataDir: options.dataDir,
    run: {
      ids,
      hashes: nodeHashes,
      resolver,
      newId: () => randomUUID().slice(0, 8),
      bind: (actor, path) =>
        bindActor(actor, {
          clock,
          env: process.env,
          folder: dirname(join(options.dataDir, 'scenarios', path)),
        }),
      startNode: (path) =>
        scenarioNodes({
          ids,
          // The actors trust the development CA of this folder.
          dataDir: defaultDataDir(process.platform, process.env, homedir()),
          folder: dirname(join(options.dataDir, 'scenarios', path)),
        }),
      record: (batch, captor) => {
        traffic.ingest(batch, captor);
      },
    },
  });
  const load = createLoad({
    clock,
    startLoad: options.startLoad ?? startLoad,
    newId: () => randomUUID().slice(0, 8),
    place: (origin) => scenarios.place(origin),
    environment: (name) => scenarios.environments.variables(name),
  });
  const replays = createReplays({
    clock,
    ids,
    hashes: nodeHashes,
    resolver,
    newId: () => randomUUID().slice(0, 8),
    recorded: (chosenIds) => traffic.recorded(chosenIds),
    bind: (lane, target) => bindLane(lane, { target, clock, env: process.env }),
    record: (batch, captor) => {
      traffic.ingest(batch, captor);
    },
  });
  const files = createGrantedFiles();
  const downloads = createDownloads(clock);
  const captures = createCaptures({ clock, traffic, takeFile: (handle) => files.take(handle, 'open') });

  const emitters: Emitters = {
    'servers.changed': new Emitter(),
    'servers.logged': new Emitter(),
    'traffic.changed': new Emitter(),
    'captures.changed': new Emitter(),
    'operator.changed': new Emitter(),
    'lab.changed': new Emitter(),
    'load.changed': new Emitter(),
    'scenarios.changed': new Emitter(),
    'scenarios.fileChanged': new Emitter(),
    'scenarios.ran': new Emitter(),
    'replay.changed': new Emitter(),
    'menu.chosen': new Emitter(),
  };
  const serversThrottle = createThrottle(clock, EVENTS_EVERY_MS, () => {
    emitters['servers.changed'].emit({ servers: servers.list() });
  });
  const trafficThrottle = createThrottle(clock, EVENTS_EVERY_MS, () => {
    emitters['traffic.changed'].emit(traffic.summary);
  });
  const capturesThrottle = createThrottle(clock, EVENTS_EVERY_MS, () => {
    emitters['captures.changed'].emit({ captures: [...captures.list] });
  });
  const waitingLines = new Map<string, LogLine[]>();
  const tellLogs = (): void => {
    const waiting = [...waitingLines];
    waitingLines.clear();
    for (const [id, lines] of waiting) emitters['servers.logged'].emit({ id, lines });
  };
  const logThrottle = createThrottle(clock, EVENTS_EVERY_MS, tellLogs);
  const nameLanes = (): void => {
    traffic.setServers(
      servers.list().map(({ id, config, listeners }) => ({ id, name: config.name, listeners })),
    );
  };
  nameLanes();
  const subscriptions: readonly Unsubscribe[] = [
    servers.onChanged(() => {
      nameLanes();
      serversThrottle.request();
    }),
    servers.onLogged(({ id, lines }) => {
      const waiting = [...(waitingLines.get(id) ?? []), ...lines];
      waitingLines.set(id, waiting.slice(-MAX_LINES_AN_EVENT));
      logThrottle.request();
    }),
    servers.onWaiting(() => {
      emitters['operator.changed'].emit(servers.waiting());
    }),
    lab.onChanged(() => {
      emitters['lab.changed'].emit(lab.info);
    }),
    load.onChanged((run) => {
      emitters['load.changed'].emit(run);
    }),
    scenarios.onChanged((listed) => {
      emitters['scenarios.changed'].emit({ files: [...listed] });
    }),
    scenarios.onFileChanged((change) => {
      emitters['scenarios.fileChanged'].emit(change);
    }),
    scenarios.onRan((run) => {
      emitters['scenarios.ran'].emit(run);
    }),
    replays.onChanged((replay) => {
      emitters['replay.changed'].emit(replay);
    }),
    traffic.onChanged(() => {
      trafficThrottle.request();
    }),
    captures.onChanged(() => {
      capturesThrottle.request();
    }),
  ];

  const hello: Hello = {
    product: 'Siphon Workbench',
    version: options.version,
    face: options.face,
    platform: process.platform,
    hasFileDialogs: options.files !== undefined,
    ...(notice === undefined ? {} : { notice }),
  };
  const dialogs = (): FileDialogs => {
    if (options.files !== undefined) return options.files;
    throw new ContractError('not-supported', 'A browser has its own file dialogs: files come as downloads.');
  };
  const chosen = (path: string | undefined, purpose: 'save' | 'open') => {
    if (path === undefined) throw new ContractError('cancelled', 'No file was chosen.');
    return files.grant(path, purpose);
  };

  const handlers: Handlers<Workbench> = {
    ...servers.handlers,
    ...traffic.handlers,
    ...captures.handlers,
    'traffic.clear': () => {
      captures.clear();
      return traffic.handlers['traffic.clear']({});
    },
    ...lab.handlers,
    ...load.handlers,
    ...scenarios.handlers,
    ...replays.handlers,
    'workbench.hello': () => hello,
    'servers.open': async ({ handle }) => servers.add(await readConfig(files.take(handle, 'open'))),
    'captures.export': (params) => exportCapture(params),
    'scenarios.fromDialogs': (params) => makeScenario(params),
    'files.chooseSave': async (params) => chosen(await dialogs().chooseSave(params), 'save'),
    'files.chooseOpen': async (params) => chosen(await dialogs().chooseOpen(params), 'open'),
  };

  async function exportCapture({
    scope,
    handle,
  }: Params<Workbench, 'captures.export'>): Promise<Result<Workbench, 'captures.export'>> {
    const file = await traffic.export(scope);
    const { messages, dialogs: dialogCount, fileName } = file;
    const counts = { messages, dialogs: dialogCount };
    const path = handle === undefined ? undefined : files.take(handle, 'save');
    try {
      if (path !== undefined) {
        const sizeBytes = await writeFileWhole(path, file.chunks());
        return { ...counts, fileName: basename(path), sizeBytes, destination: { kind: 'file' } };
      }
      const { key, sizeBytes } = await downloads.offer(fileName, file.chunks());
      return {
        ...counts,
        fileName,
        sizeBytes,
        destination: { kind: 'download', path: `${DOWNLOAD_PATH}${key}` },
      };
    } catch (error) {
      const name = path === undefined ? fileName : basename(path);
      throw new ContractError('file-error', `${name} could not be written: ${fileReason(error)}.`);
    }
  }

  async function makeScenario({
    ids,
    handle,
  }: Params<Workbench, 'scenarios.fromDialogs'>): Promise<Result<Workbench, 'scenarios.fromDialogs'>> {
    const made = traffic.scenario(ids);
    if (handle === undefined) return made;
    const path = files.take(handle, 'save');
    await writeFileWhole(path, [new TextEncoder().encode(made.yaml)]).catch((error: unknown) => {
      throw new ContractError('file-error', `${basename(path)} could not be written: ${fileReason(error)}.`);
    });
    return { ...made, fileName: basename(path) };
  }

  return {
    handlers,
    events: {
      on: (event, listener) => emitters[event].on(listener),
    },
    takeDownload: (path) =>
      path.startsWith(DOWNLOAD_PATH) ? downloads.take(path.slice(DOWNLOAD_PATH.length)) : undefined,
    chooseCommand: (command) => {
      emitters['menu.chosen'].emit({ command });
    },
    measure: () => servers.measure(),
    async dispose(graceMs) {
      await Promise.all([lab, load, scenarios, replays, captures].map((service) => service.dispose()));
      await servers.stopAll(graceMs);
      // What the nodes said last.
      tellLogs();
      for (const unsubscribe of subscriptions) unsubscribe();
      for (const throttle of [serversThrottle, trafficThrottle, capturesThrottle, logThrottle])
        throttle.dispose();
      await downloads.dispose();
    },
  };
}

/** @throws ContractError 'file-error' | 'invalid-config' */
async function readConfig(path: string) {
  const name = basename(path);
  let text: string;
  try {
    const { size } = await stat(path);
    if (size > MAX_CONFIG_BYTES)
      throw new ContractError('file-error', `${name} is too large for a configuration: ${size} octets.`);
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof ContractError) throw error;
    throw new ContractError('file-error', `${name} could not be read: ${fileReason(error)}.`);
  }
  const read = fromYaml(text);
  if (!read.isValid) throw new ContractError('invalid-config', `${name}: ${read.problem}`);
  return read.config;
}
