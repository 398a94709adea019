import { createStore, type StoreApi } from 'zustand/vanilla';
import { ContractError } from '../../../app/contract/errors.ts';
import type { ServerConfig, ServerMode } from '../../../app/contract/server-config.ts';
import { type LogLine, type ServerInfo, ServerProblem } from '../../../app/contract/servers.ts';
import type { Workbench } from '../../../app/contract/workbench.ts';
import type { Backend } from '../../../app/rpc/types.ts';
import { proposeCopy, proposeServer } from './propose-server.ts';
import { checkDraft, isChanged, type ServerDraft, toDraft } from './server-draft.ts';
import { groupOf, isActive, SERVER_GROUPS } from './server-health.ts';

const MAX_LOG_LINES = 1000;
const MAX_SAMPLES = 60;

/** Messages per second as they were told. */
export interface RateSample {
  readonly atMs: number;
  readonly perSec: number;
}

export interface ServersState {
  /** Undefined until the workbench has answered. */
  readonly servers: readonly ServerInfo[] | undefined;
  readonly selectedId: string | undefined;
  /** The cards to add a server are shown instead of one. */
  readonly isAdding: boolean;
  /** The tab a person chose last, by server. */
  readonly tabs: Readonly<Record<string, string>>;
  /** Edits that are not saved yet, by server. */
  readonly drafts: Readonly<Record<string, ServerDraft>>;
  /** The newest lines of servers whose log was asked for. */
  readonly logs: Readonly<Record<string, readonly LogLine[]>>;
  readonly rates: Readonly<Record<string, readonly RateSample[]>>;

  /** All of these reject with a ContractError when the workbench says no, and leave what was typed as it was. */
  readonly load: () => Promise<void>;
  readonly loadLog: (id: string) => Promise<void>;
  readonly create: (mode: ServerMode) => Promise<ServerInfo>;
  readonly duplicate: (id: string) => Promise<ServerInfo>;
  readonly openFile: () => Promise<ServerInfo | undefined>;
  /** Stops it first when it runs. Resolves to what brings it back. */
  readonly remove: (id: string) => Promise<() => Promise<void>>;
  readonly save: (id: string) => Promise<void>;
  /** Saves the edits first; a problem with a port or an address is kept on the server and does not reject. */
  readonly start: (id: string) => Promise<void>;
  readonly stop: (id: string) => Promise<void>;
  readonly restart: (id: string) => Promise<void>;
  readonly stopAll: () => Promise<void>;

  readonly select: (id: string) => void;
  /** Selects the server so many rows further down the list. */
  readonly step: (rows: number) => void;
  readonly setAdding: (isAdding: boolean) => void;
  readonly setTab: (id: string, tab: string) => void;
  readonly edit: (id: string, draft: ServerDraft) => void;
  readonly discard: (id: string) => void;
  readonly dispose: () => void;
}

export type ServersStore = StoreApi<ServersState>;

export interface ServersOptions {
  /** Wall clock in milliseconds, for the rate curve. */
  readonly now: () => number;
  /** Where drafts outlive the window. */
  readonly drafts?: {
    readonly read: () => Readonly<Record<string, ServerDraft>>;
    readonly write: (drafts: Readonly<Record<string, ServerDraft>>) => void;
  };
}

/** Servers as the list shows them: problems first, then running, then stopped. */
export const inOrder = (servers: readonly ServerInfo[]): readonly ServerInfo[] =>
  SERVER_GROUPS.flatMap((group) => servers.filter((s) => groupOf(s) === group));

export const findServer = (state: ServersState, id: string | undefined): ServerInfo | undefined =>
  state.servers?.find((s) => s.id === id);

const without = <T>(record: Readonly<Record<string, T>>, id: string): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(record).filter(([key]) => key !== id));

export function createServersStore(backend: Backend<Workbench>, options: ServersOptions): ServersStore {
  return createStore<ServersState>((set, get) => {
    const one = (id: string): ServerInfo => {
      const server = findServer(get(), id);
      if (server === undefined) throw new ContractError('not-found', 'That server is gone.');
      return server;
    };

    const take = (servers: readonly ServerInfo[]): void => {
      const { selectedId, rates } = get();
      const isGone = !servers.some((s) => s.id === selectedId);
      set({
        servers,
        selectedId: isGone ? inOrder(servers)[0]?.id : selectedId,
        rates: sampled(rates, servers, options.now()),
      });
    };
    const put = (server: ServerInfo): void => {
      const { servers = [] } = get();
      const isKnown = servers.some((s) => s.id === server.id);
      take(isKnown ? servers.map((s) => (s.id === server.id ? server : s)) : [...servers, server]);
    };
    const setDrafts = (drafts: Readonly<Record<string, ServerDraft>>): void => {
      set({ drafts });
      options.drafts?.write(drafts);
    };
    const added = (server: ServerInfo): ServerInfo => {
      put(server);
      set({ selectedId: server.id, isAdding: false });
      return server;
    };

    const stopListening = [
      backend.on('servers.changed', ({ servers }) => {
        take(servers);
      }),
      backend.on('servers.logged', ({ id, lines }) => {
        const known = get().logs[id];
        if (known === undefined) return;
        set({ logs: { ...get().logs, [id]: [...known, ...lines].slice(-MAX_LOG_LINES) } });
      }),
    ];

    const save = async (id: string): Promise<void> => {
      const draft = get().drafts[id];
      if (draft === undefined) return;
      const { config } = checkDraft(draft);
      if (config === undefined)
        throw new ContractError('invalid-config', 'Some settings are not valid yet; they are marked.');
      put(await backend.call('servers.update', { id, config }));
      // What was typed meanwhile stays a draft.
      if (get().drafts[id] === draft) setDrafts(without(get().drafts, id));
    };
    const start = async (id: string): Promise<void> => {
      await save(id);
      try {
        put(await backend.call('servers.start', { id }));
      } catch (error) {
        const problem = error instanceof ContractError ? ServerProblem.safeParse(error.data) : undefined;
        if (problem?.success !== true) throw error;
        put({ ...one(id), state: 'failed', problem: problem.data });
      }
    };
    const stop = async (id: string): Promise<void> => {
      put(await backend.call('servers.stop', { id }));
    };

    return {
      servers: undefined,
      selectedId: undefined,
      isAdding: false,
      tabs: {},
      drafts: options.drafts?.read() ?? {},
      logs: {},
      rates: {},

      load: async () => {
        take((await backend.call('servers.list', {})).servers);
        await Promise.all(Object.keys(get().logs).map((id) => get().loadLog(id)));
      },
      loadLog: async (id) => {
        const { lines } = await backend.call('servers.log', { id, limit: MAX_LOG_LINES });
        set({ logs: { ...get().logs, [id]: lines } });
      },
      create: async (mode) => {
        const config = proposeServer(mode, get().servers ?? []);
        return added(await backend.call('servers.create', { config }));
      },
      duplicate: async (id) => {
        const config = proposeCopy(one(id), get().servers ?? []);
        return added(await backend.call('servers.create', { config }));
      },
      openFile: async () => {
        try {
          const { handle } = await backend.call('files.chooseOpen', {
            title: 'Open server configuration',
            extensions: ['yaml', 'yml', 'json'],
          });
          return added(await backend.call('servers.open', { handle }));
        } catch (error) {
          if (error instanceof ContractError && error.code === 'cancelled') return undefined;
          throw error;
        }
      },
      remove: async (id) => {
        const server = one(id);
        if (isActive(server)) await stop(id);
        const order = inOrder(get().servers ?? []);
        const at = order.findIndex((s) => s.id === id);
        await backend.call('servers.delete', { id });
        const draft = get().drafts[id];
        setDrafts(without(get().drafts, id));
        if (get().selectedId === id) set({ selectedId: (order[at + 1] ?? order[at - 1])?.id });
        take((get().servers ?? []).filter((s) => s.id !== id));
        return async () => {
          const { config }: { config: ServerConfig } = server;
          const back = added(await backend.call('servers.create', { config }));
          if (draft !== undefined) setDrafts({ ...get().drafts, [back.id]: draft });
        };
      },
      save,
      start,
      stop,
      restart: async (id) => {
        if (isActive(one(id))) await stop(id);
        await start(id);
      },
      stopAll: async () => {
        const active = (get().servers ?? []).filter(isActive);
        await Promise.all(active.map(({ id }) => stop(id)));
      },

      select: (id) => {
        set({ selectedId: id, isAdding: false });
      },
      step: (rows) => {
        const order = inOrder(get().servers ?? []);
        const at = order.findIndex((s) => s.id === get().selectedId);
        const next = order[Math.max(0, Math.min(order.length - 1, at + rows))];
        if (next !== undefined) set({ selectedId: next.id, isAdding: false });
      },
      setAdding: (isAdding) => {
        set({ isAdding });
      },
      setTab: (id, tab) => {
        set({ tabs: { ...get().tabs, [id]: tab } });
      },
      edit: (id, draft) => {
        const isDirty = isChanged(draft, one(id).config);
        setDrafts(isDirty ? { ...get().drafts, [id]: draft } : without(get().drafts, id));
      },
      discard: (id) => {
        setDrafts(without(get().drafts, id));
      },
      dispose: () => {
        for (const end of stopListening) end();
      },
    };
  });
}

/** The draft of a server, or its configuration as one. */
export const draftOf = (state: ServersState, server: ServerInfo): ServerDraft =>
  state.drafts[server.id] ?? toDraft(server.config);

/** Adds what the servers handle now, at most once a second. */
function sampled(
  rates: ServersState['rates'],
  servers: readonly ServerInfo[],
  atMs: number,
): ServersState['rates'] {
  return Object.fromEntries(
    servers.map(({ id, stats, state }) => {
      const known = rates[id] ?? [];
      if (state !== 'running') return [id, known];
      const sample = { atMs, perSec: stats.messagesPerSec };
      const last = known.at(-1);
      const kept = last !== undefined && atMs - last.atMs < 1000 ? known.slice(0, -1) : known;
      const at = kept === known ? atMs : (last?.atMs ?? atMs);
      return [id, [...kept, { ...sample, atMs: at }].slice(-MAX_SAMPLES)];
    }),
  );
}
