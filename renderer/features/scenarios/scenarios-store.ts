import { createStore } from 'zustand/vanilla';
import { ContractError } from '../../../app/contract/errors.ts';
import type { Workbench } from '../../../app/contract/workbench.ts';
import type { Backend } from '../../../app/rpc/types.ts';
import type { Schedule } from '../../backend/index.ts';
import type { TextSource } from '../../ui/code-types.ts';
import { documentActions, rememberedPath, rememberPath } from './document-actions.ts';
import { freePath } from './free-path.ts';
import { rememberedSetup, runActions } from './run-actions.ts';
import type { Memory, ScenariosState, ScenariosStore, Tools } from './scenarios-state.ts';

export interface ScenariosOptions {
  readonly schedule: Schedule;
  readonly memory: Memory;
  /** Name of the environment that is chosen. */
  readonly environment: () => string | undefined;
}

/** No revision of anything: the file is to be read. */
const UNHEARD = 'unheard';

/** The Scenarios screen: files, open texts with what the backend says of them, and runs. Lives as long as the window. */
export function createScenariosStore(
  backend: Backend<Workbench>,
  { schedule, memory, environment }: ScenariosOptions,
): ScenariosStore {
  const sources = new Map<string, TextSource>();
  const store = createStore<ScenariosState>((set, get) => {
    const tools: Tools = {
      backend,
      schedule,
      get,
      set,
      change: (path, by) => {
        const { documents } = get();
        const document = documents[path];
        if (document !== undefined) set({ documents: { ...documents, [path]: by(document) } });
      },
    };
    const { readDocument, onFileChanged, forget, ...documents } = documentActions(tools);
    const { takeRun, ...runs } = runActions(tools, memory, environment);

    const show = (path: string | undefined): void => {
      set({ path });
      rememberPath(memory, path);
    };
    const drop = (path: string): void => {
      forget(path);
      const others = Object.entries(get().documents).filter(([known]) => known !== path);
      set({ documents: Object.fromEntries(others) });
      if (get().path === path) show(undefined);
    };
    const readFiles = async (): Promise<void> => {
      try {
        const { files, templates, folder } = await backend.call('scenarios.list', {});
        set({ files, templates, folder, problem: undefined });
      } catch (error) {
        if (!(error instanceof ContractError)) throw error;
        set({ problem: error.message });
      }
    };
    const open = async (path: string): Promise<void> => {
      if (get().documents[path] === undefined) await readDocument(path);
      show(path);
    };

    const create = async (path: string, text: string): Promise<void> => {
      await backend.call('scenarios.create', { path, text });
      await readFiles();
      await open(path);
    };

    backend.on('scenarios.changed', ({ files }) => {
      set({ files });
    });
    backend.on('scenarios.fileChanged', ({ path, revision }) => void onFileChanged(path, revision));
    backend.on('scenarios.ran', takeRun);

    return {
      files: undefined,
      templates: [],
      folder: '',
      problem: undefined,
      path: undefined,
      documents: {},
      runs: [],
      setup: rememberedSetup(memory),
      ...documents,
      ...runs,
      load: async () => {
        await readFiles();
        set(await backend.call('scenarios.runs', {}));
        // After a connection was lost, files may have changed unheard.
        await Promise.all(Object.keys(get().documents).map((path) => onFileChanged(path, UNHEARD)));
        const last = rememberedPath(memory);
        if (get().path === undefined && get().files?.some(({ path }) => path === last) === true)
          await open(last);
      },
      open,
      close: () => {
        show(undefined);
      },
      create,
      add: async (path, text) => {
        if (get().files === undefined) await readFiles();
        const free = freePath(path, get().files ?? []);
        await create(free, text);
        return free;
      },
      rename: async (path, to) => {
        await backend.call('scenarios.rename', { path, to });
        const wasShown = get().path === path;
        drop(path);
        await readFiles();
        if (wasShown) await open(to);
      },
      remove: async (path) => {
        const text = get().documents[path]?.text ?? (await backend.call('scenarios.read', { path })).text;
        await backend.call('scenarios.delete', { path });
        drop(path);
        await readFiles();
        return text;
      },
    };
  });

  return {
    ...store,
    environment,
    sourceOf: (path) => {
      const source = sources.get(path) ?? {
        key: path,
        read: () => store.getState().documents[path]?.text ?? '',
        write: (text) => {
          store.getState().setText(path, text);
        },
        onChanged: (listener) =>
          store.subscribe((now, before) => {
            if (now.documents[path]?.text !== before.documents[path]?.text) listener();
          }),
      };
      sources.set(path, source);
      return source;
    },
  };
}
