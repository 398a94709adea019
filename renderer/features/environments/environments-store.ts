import { createStore, type StoreApi } from 'zustand/vanilla';
import type { EnvironmentsFile } from '../../../app/contract/environments.ts';
import { ContractError } from '../../../app/contract/errors.ts';
import type { Workbench } from '../../../app/contract/workbench.ts';
import type { Backend } from '../../../app/rpc/types.ts';
import type { Preferences } from '../../ui/preferences.tsx';

/** What is being typed into the file. */
export interface EnvironmentsDraft {
  readonly text: string;
  /** Of the text that it began with. */
  readonly baseRevision: string;
}

export interface EnvironmentsState {
  /** Undefined until the workbench has answered. */
  readonly file: EnvironmentsFile | undefined;
  /** Name of the environment that runs take their variables from. */
  readonly chosen: string | undefined;
  /** Kept while the window lives, so that nothing typed is lost with the dialog. */
  readonly draft: EnvironmentsDraft | undefined;
  /** Rejects with a ContractError. */
  readonly load: () => Promise<void>;
  readonly choose: (name: string | undefined) => void;
  readonly type: (text: string) => void;
  readonly discard: () => void;
  /** Writes what was typed. Rejects with a ContractError; after a conflict the next one overwrites. */
  readonly save: () => Promise<void>;
}

export type EnvironmentsStore = StoreApi<EnvironmentsState>;

const CHOSEN = 'environment';

/** The environments of the workspace, and which of them is chosen; remembered over restarts. */
export function createEnvironmentsStore(
  backend: Backend<Workbench>,
  preferences: Pick<Preferences, 'get' | 'set'>,
): EnvironmentsStore {
  return createStore<EnvironmentsState>((set, get) => {
    const kept = preferences.get(CHOSEN);
    const choose = (chosen: string | undefined): void => {
      set({ chosen });
      preferences.set(CHOSEN, chosen);
    };
    return {
      file: undefined,
      chosen: typeof kept === 'string' ? kept : undefined,
      draft: undefined,
      load: async () => {
        set({ file: await backend.call('environments.read', {}) });
      },
      choose,
      type: (text) => {
        const { file, draft } = get();
        const baseRevision = draft?.baseRevision ?? file?.revision ?? '';
        set({ draft: text === file?.text ? undefined : { text, baseRevision } });
      },
      discard: () => {
        set({ draft: undefined });
      },
      save: async () => {
        const { draft, chosen } = get();
        if (draft === undefined) return;
        try {
          const file = await backend.call('environments.save', { ...draft });
          set({ file, draft: undefined });
          if (!file.environments.some(({ name }) => name === chosen)) choose(undefined);
        } catch (error) {
          if (error instanceof ContractError && error.code === 'conflict') {
            const file = await backend.call('environments.read', {});
            set({ file, draft: { text: draft.text, baseRevision: file.revision } });
          }
          throw error;
        }
      },
    };
  });
}
