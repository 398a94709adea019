import { createStore, type StoreApi } from 'zustand/vanilla';
import type { LoadRun, LoadStart } from '../../../app/contract/load.ts';
import type { Workbench } from '../../../app/contract/workbench.ts';
import type { Backend } from '../../../app/rpc/types.ts';
import type { ScenarioSources } from './scenario-sources.ts';

/** What the workbench keeps, and so does the screen. */
const KEPT_RUNS = 10;

export interface LoadState {
  /** The newest first; undefined until the workbench has answered. */
  readonly runs: readonly LoadRun[] | undefined;
  /** The run that was chosen; the newest is shown without. */
  readonly chosenId: string | undefined;
  /** What can be run; undefined until the workbench has answered. */
  readonly sources: ScenarioSources | undefined;

  /** All of these reject with a ContractError when the workbench says no. */
  readonly load: () => Promise<void>;
  readonly loadSources: () => Promise<void>;
  readonly start: (start: LoadStart) => Promise<void>;
  /** So many calls per second more or less than was last asked for. */
  readonly changeRate: (byPerSec: number) => Promise<void>;
  readonly setRate: (ratePerSec: number) => Promise<void>;
  /** Pauses the run that is shown, or goes on with it. */
  readonly togglePause: () => Promise<void>;
  readonly drain: () => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly choose: (id: string) => void;
  readonly dispose: () => void;
}

export type LoadStore = StoreApi<LoadState>;

/** The run that is looked at. */
export const shownRun = ({ runs, chosenId }: LoadState): LoadRun | undefined =>
  runs?.find(({ id }) => id === chosenId) ?? runs?.[0];

/** Whether it can still be steered. */
export const isOn = (run: LoadRun | undefined): boolean => run !== undefined && run.state !== 'ended';

/** Whether its rate can be set by hand; users have none. */
export const hasRate = (run: LoadRun | undefined): boolean =>
  isOn(run) && run?.plan.profile.shape !== 'users';

/** The load runs of the workbench, as they are told. */
export function createLoadStore(
  backend: Backend<Workbench>,
  { environment }: { readonly environment: () => string | undefined },
): LoadStore {
  return createStore<LoadState>((set, get) => {
    const take = (run: LoadRun): void => {
      const { runs = [] } = get();
      const isKnown = runs.some(({ id }) => id === run.id);
      set({
        runs: isKnown
          ? runs.map((one) => (one.id === run.id ? run : one))
          : [run, ...runs].slice(0, KEPT_RUNS),
      });
    };
    const stopListening = backend.on('load.changed', take);
    const steer = async (
      method: 'load.pause' | 'load.resume' | 'load.drain' | 'load.stop',
    ): Promise<void> => {
      const run = shownRun(get());
      if (run !== undefined && isOn(run)) take(await backend.call(method, { id: run.id }));
    };

    /** What was asked for and is not answered yet: keys come faster than answers. */
    let asked: number | undefined;
    const setRate = async (ratePerSec: number): Promise<void> => {
      const run = shownRun(get());
      if (run === undefined || !hasRate(run)) return;
      asked = ratePerSec;
      try {
        take(await backend.call('load.setRate', { id: run.id, ratePerSec }));
      } finally {
        if (asked === ratePerSec) asked = undefined;
      }
    };

    return {
      runs: undefined,
      chosenId: undefined,
      sources: undefined,
      load: async () => {
        set(await backend.call('load.read', {}));
      },
      loadSources: async () => {
        const { files, templates } = await backend.call('scenarios.list', {});
        set({ sources: { files, templates } });
      },
      start: async (start) => {
        const chosen = environment();
        const run = await backend.call('load.start', {
          ...start,
          ...(chosen !== undefined && { environment: chosen }),
        });
        take(run);
        set({ chosenId: run.id });
      },
      setRate,
      changeRate: async (byPerSec) => {
        const now = asked ?? shownRun(get())?.ratePerSec ?? 0;
        await setRate(Math.max(0, now + byPerSec));
      },
      togglePause: () => steer(shownRun(get())?.state === 'paused' ? 'load.resume' : 'load.pause'),
      drain: () => steer('load.drain'),
      stop: () => steer('load.stop'),
      choose: (chosenId) => {
        set({ chosenId });
      },
      dispose: stopListening,
    };
  });
}
