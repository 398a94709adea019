import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Lab, LabPhoneName } from '../../../app/contract/lab.ts';
import type { Workbench } from '../../../app/contract/workbench.ts';
import type { Backend } from '../../../app/rpc/types.ts';

export interface LabState {
  /** Undefined until the workbench has answered. */
  readonly lab: Lab | undefined;
  readonly load: () => Promise<void>;
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly call: (from: LabPhoneName) => Promise<void>;
  readonly hangUp: () => Promise<void>;
  readonly dispose: () => void;
}

export type LabStore = StoreApi<LabState>;

/** The living lab: what it is made of and how it stands with it. */
export function createLabStore(backend: Backend<Workbench>): LabStore {
  return createStore<LabState>((set) => {
    const stopListening = backend.on('lab.changed', (lab) => {
      set({ lab });
    });
    // What changes is told by the event, and in order; an answer may be older than what was told meanwhile.
    return {
      lab: undefined,
      load: async () => {
        set({ lab: await backend.call('lab.read', {}) });
      },
      start: async () => {
        await backend.call('lab.start', {});
      },
      stop: async () => {
        await backend.call('lab.stop', {});
      },
      call: async (from) => {
        await backend.call('lab.call', { from });
      },
      hangUp: async () => {
        await backend.call('lab.hangUp', {});
      },
      dispose: stopListening,
    };
  });
}

export const isOn = (lab: Lab | undefined): boolean => lab !== undefined && lab.state !== 'off';
export const isCalling = (lab: Lab | undefined): boolean =>
  lab?.call !== undefined && lab.call.state !== 'ended';
