import { createStore, type StoreApi } from 'zustand/vanilla';
import type { TrafficSummary } from '../../../app/contract/traffic.ts';
import type { Workbench } from '../../../app/contract/workbench.ts';
import type { Backend } from '../../../app/rpc/types.ts';

export interface RecordingState {
  /** Undefined until the workbench has answered. */
  readonly summary: TrafficSummary | undefined;
  readonly load: () => Promise<void>;
  readonly toggle: () => Promise<void>;
  readonly clear: () => Promise<void>;
  readonly dispose: () => void;
}

/** What is being recorded, for the top bar and the status bar. */
export function createRecordingStore(backend: Backend<Workbench>): StoreApi<RecordingState> {
  return createStore<RecordingState>((set, get) => {
    const stop = backend.on('traffic.changed', (summary) => {
      set({ summary });
    });
    return {
      summary: undefined,
      load: async () => {
        set({ summary: await backend.call('traffic.summary', {}) });
      },
      toggle: async () => {
        const isOn = get().summary?.isRecording !== true;
        set({ summary: await backend.call('traffic.record', { isOn }) });
      },
      clear: async () => {
        set({ summary: await backend.call('traffic.clear', {}) });
      },
      dispose: stop,
    };
  });
}
