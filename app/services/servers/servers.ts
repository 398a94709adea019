import type { Clock } from '../../../stack/core/clock.ts';
import { Emitter, type Unsubscribe } from '../../../stack/core/emitter.ts';
import type { MethodName, Params, Payload, Result } from '../../contract/define.ts';
import { ContractError, ERROR_CODES } from '../../contract/errors.ts';
import { checkServerConfig } from '../../contract/server-config-check.ts';
import type { OperatorItem } from '../../contract/operator.ts';
import type { ServerConfig } from '../../contract/server-config.ts';
import type { Listener, LogLine, ServerInfo, ServerProblem } from '../../contract/servers.ts';
import type { Workbench } from '../../contract/workbench.ts';
import { transactionMachines } from '../../servers/state/machines.ts';
import type { MeasuredServer } from '../../servers/metrics/serve-metrics.ts';
import type { LaunchNode } from '../../servers/node-protocol.ts';
import { fileReason } from '../storage/file-reason.ts';
import { toCommand, toYaml } from './config-text.ts';
import { ServerEntry } from './server-entry.ts';
import type { ServerDefinition } from './workspace.ts';

/** How long the calls of a server may take to end when it is stopped. */
const GRACE_MS = 2000;

/** Where a new server listens when nobody says: this machine only. */
const LOOPBACK_BINDS = { udpBind: ['127.0.0.1:5060'], tcpBind: ['127.0.0.1:5060'], sipsBind: [] };

type ServerMethod = Exclude<
  Extract<MethodName<Workbench>, `${'servers' | 'dials' | 'state' | 'operator'}.${string}`>,
  'servers.open'
>;
type ServerHandlers = {
  readonly [M in ServerMethod]: (
    params: Params<Workbench, M>,
  ) => Result<Workbench, M> | Promise<Result<Workbench, M>>;
};

export interface ServersOptions {
  readonly clock: Clock;
  readonly launch: LaunchNode;
  /** SIPHON_ID_SEED; each node gets it with the name of its server. */
  readonly idSeed: string | undefined;
  /** Folder of what a person made. */
  readonly dataDir: string;
  readonly definitions: readonly ServerDefinition[];
  /** Keeps the definitions; rejects with the error of the file system. */
  readonly save: (definitions: readonly ServerDefinition[]) => Promise<void>;
  /** What each handler of a configuration does, a sentence each. */
  readonly explainConfig: (config: ServerConfig) => readonly string[];
  readonly newId: () => string;
  readonly findFreePort: (host: string, port: number) => Promise<number | undefined>;
  readonly onCaptured: (batch: ArrayBuffer, server: { readonly id: string; readonly name: string }) => void;
}

/** The servers of the workbench: their definitions, their nodes, their logs. */
export interface Servers {
  readonly handlers: ServerHandlers;
  list(): ServerInfo[];
  /** Adds a server with a configuration that is known to be valid. Errors: file-error. */
  add(config: ServerConfig): Promise<ServerInfo>;
  /** Adds one that is not kept for the next start. */
  addTemporary(config: ServerConfig): ServerInfo;
  /** Called synchronously after every change, however small: the caller throttles. */
  onChanged(listener: () => void): Unsubscribe;
  onLogged(
    listener: (logged: { readonly id: string; readonly lines: readonly LogLine[] }) => void,
  ): Unsubscribe;
  /** What waits for a person at any server, oldest first. */
  waiting(): Payload<Workbench, 'operator.changed'>;
  onWaiting(listener: () => void): Unsubscribe;
  /** What each server holds at this moment. */
  measure(): Promise<readonly MeasuredServer[]>;
  /** Stops every node; resolves when all ports are free. */
  stopAll(graceMs: number): Promise<void>;
}

/** @throws ContractError invalid-config, with every problem as data. */
function validConfig(input: unknown): ServerConfig {
  const checked = checkServerConfig(input);
  if (checked.isValid) return checked.config;
  throw new ContractError('invalid-config', checked.problems[0].message, { problems: checked.problems });
}

const isWildcard = (host: string): boolean => host === '0.0.0.0' || host === '::';

/** Whether two listeners cannot be bound at the same time. */
const collide = (a: Listener, b: Listener): boolean =>
  a.protocol === b.protocol &&
  a.port === b.port &&
  (a.host === b.host || isWildcard(a.host) || isWildcard(b.host));

export function createServers(options: ServersOptions): Servers {
  const { clock, launch } = options;
  const entries = new Map<string, ServerEntry>();
  const temporary = new Set<string>();
  const changed = new Emitter<void>();
  const waited = new Emitter<void>();
  const logged = new Emitter<{ readonly id: string; readonly lines: readonly LogLine[] }>();

  const insert = ({ id, config }: ServerDefinition): ServerEntry => {
    const entry: ServerEntry = new ServerEntry(id, config, clock, {
      onChanged: () => {
        changed.emit();
      },
      onLogged: (lines) => {
        logged.emit({ id, lines });
        changed.emit();
      },
      onCaptured: (batch) => {
        options.onCaptured(batch, { id, name: entry.config.name });
      },
      onWaiting: () => {
        waited.emit();
      },
    });
    entries.set(id, entry);
    return entry;
  };
  for (const definition of options.definitions) insert(definition);

  const find = (id: string): ServerEntry => {
    const entry = entries.get(id);
    if (entry === undefined) throw new ContractError('not-found', `There is no server ${id}.`);
    return entry;
  };
  const findIdle = (id: string, purpose: string): ServerEntry => {
    const entry = find(id);
    if (entry.isActive)
      throw new ContractError('conflict', `${entry.config.name} runs: stop it before you ${purpose} it.`);
    return entry;
  };
  const save = async (): Promise<void> => {
    changed.emit();
    try {
      const kept = [...entries.values()].filter(({ id }) => !temporary.has(id));
      await options.save(kept.map(({ id, config }) => ({ id, config })));
    } catch (error) {
      throw new ContractError(
        'file-error',
        `The servers are as you left them, but could not be saved: ${fileReason(error)}.`,
      );
    }
  };
  const add = async (config: ServerConfig): Promise<ServerInfo> => {
    const entry = insert({ id: options.newId(), config });
    await save();
    return entry.info;
  };

  const addTemporary = (config: ServerConfig): ServerInfo => {
    const entry = insert({ id: options.newId(), config });
    temporary.add(entry.id);
    changed.emit();
    return entry.info;
  };

  /** Who of us holds the port, which port nearby is free, and so what to do. */
  const explainProblem = async (problem: ServerProblem): Promise<ServerProblem> => {
    const { listener } = problem;
    if (problem.code !== 'port-in-use' || listener === undefined) return problem;
    const holder = [...entries.values()].find((e) => e.listeners.some((l) => collide(l, listener)));
    const freePort = await options.findFreePort(listener.host, listener.port);
    const fix = freePort === undefined ? undefined : `port ${freePort}, which is free`;
    const hint =
      holder === undefined
        ? fix === undefined
          ? problem.hint
          : `Another program holds it. Use ${fix}, or end that program.`
        : `${holder.config.name}, a server of this workbench, listens there. Stop it${fix === undefined ? '' : `, or use ${fix}`}.`;
    return {
      ...problem,
      hint,
      ...(holder === undefined ? {} : { heldBy: { id: holder.id, name: holder.config.name } }),
      ...(freePort === undefined ? {} : { freePort }),
    };
  };

  const start = async (id: string): Promise<ServerInfo> => {
    const entry = find(id);
    if (entry.isActive) throw new ContractError('conflict', `${entry.config.name} is started already.`);
    // Two servers with the same identifiers would confuse each other's peers.
    const idSeed = options.idSeed === undefined ? undefined : `${options.idSeed}:${entry.config.name}`;
    const problem = await entry.start(launch, { idSeed, dataDir: options.dataDir }, explainProblem);
    if (problem === undefined) return entry.info;
    const code = ERROR_CODES.find((known) => known === problem.code) ?? 'internal';
    throw new ContractError(code, problem.message, problem);
  };

  const oldestFirst = (
    lists: readonly { readonly id: string; readonly items: readonly OperatorItem[] }[],
  ): Payload<Workbench, 'operator.changed'> => ({
    items: lists
      .flatMap(({ id, items }) => items.map((item) => ({ ...item, server: id })))
      .sort((a, b) => a.arrivedAtMs - b.arrivedAtMs),
  });
  /** As the nodes told it last. */
  const waiting = () => oldestFirst([...entries.values()].map(({ id, waiting: items }) => ({ id, items })));
  /** As it is: what a node tells by itself comes a moment later. */
  const waitingNow = async () => {
    const asked = [...entries.values()].map(async (entry) => {
      if (entry.info.state !== 'running' || entry.config.mode !== 'interactive')
        return { id: entry.id, items: [] };
      // A node that ends meanwhile has nothing that waits.
      const items = await entry.ask('operator.list', undefined).catch(() => []);
      return { id: entry.id, items };
    });
    return oldestFirst(await Promise.all(asked));
  };

  return {
    list: () => [...entries.values()].map((entry) => entry.info),
    add,
    addTemporary,
    onChanged: (listener) => changed.on(listener),
    onLogged: (listener) => logged.on(listener),
    waiting,
    onWaiting: (listener) => waited.on(listener),
    measure: () =>
      Promise.all(
        [...entries.values()].map(async (entry) => ({
          name: entry.config.name,
          loopLagMs: entry.info.stats.loopLagMs,
          // One that ends meanwhile holds nothing.
          gauges:
            entry.info.state === 'running'
              ? await entry.ask('gauges.read', undefined).catch(() => undefined)
              : undefined,
        })),
      ),
    async stopAll(graceMs) {
      await Promise.all([...entries.values()].map((entry) => entry.stop(graceMs)));
    },
    handlers: {
      'servers.list': () => ({ servers: [...entries.values()].map((entry) => entry.info) }),
      'servers.create': ({ config }) =>
        add(validConfig(isPlainObject(config) ? { ...LOOPBACK_BINDS, ...config } : config)),
      'servers.update': async ({ id, config }) => {
        const entry = findIdle(id, 'change');
        entry.configure(validConfig(config));
        await save();
        return entry.info;
      },
      'servers.delete': async ({ id }) => {
        entries.delete(findIdle(id, 'delete').id);
        temporary.delete(id);
        await save();
        return {};
      },
      'servers.start': ({ id }) => start(id),
      'servers.stop': async ({ id }) => {
        const entry = find(id);
        await entry.stop(GRACE_MS);
        return entry.info;
      },
      'dials.read': ({ id }) => find(id).ask('dials.read', undefined),
      'dials.change': ({ id, changes }) => find(id).ask('dials.change', changes),
      'state.read': ({ id }) => find(id).ask('state.read', undefined),
      'state.machines': () => ({ machines: [...transactionMachines()] }),
      'state.act': async ({ id, action }) => {
        await find(id).ask('state.act', action);
        return {};
      },
      'operator.list': waitingNow,
      'operator.decide': async ({ server, item, decision }) => {
        await find(server).ask('operator.decide', { item, decision });
        return {};
      },
      'servers.log': ({ id, limit }) => ({ lines: find(id).logLines(limit) }),
      'servers.explain': ({ config: input }) => {
        const config = validConfig(input);
        return {
          command: toCommand(config),
          yaml: toYaml(config),
          handlers: [...options.explainConfig(config)],
        };
      },
    },
  };
}

const isPlainObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
