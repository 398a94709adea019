import type { Command } from '../../ui/commands.ts';
import { useAttempt } from '../../ui/use-attempt.ts';
import { useCommands } from '../../ui/use-commands.tsx';
import { hasRate, isOn, type LoadStore, shownRun } from './load-store.ts';

/** What a person does with the run that is shown; refusals become a toast. */
export interface LoadActions {
  readonly changeRate: (byPerSec: number) => void;
  readonly togglePause: () => void;
  readonly drain: () => void;
  readonly stop: () => void;
}

export function useLoadActions(store: LoadStore): LoadActions {
  const attempt = useAttempt();
  const { getState } = store;
  return {
    changeRate: (byPerSec) => {
      attempt('The rate was not changed', getState().changeRate(byPerSec));
    },
    togglePause: () => {
      attempt('The run was not paused', getState().togglePause());
    },
    drain: () => {
      attempt('The run was not drained', getState().drain());
    },
    stop: () => {
      attempt('The run was not stopped', getState().stop());
    },
  };
}

/** The keys of sipp, and what starts a run. */
export function useLoadCommands(store: LoadStore, actions: LoadActions, start: () => void): void {
  const isLive = (): boolean => isOn(shownRun(store.getState()));
  const command = (
    part: Pick<Command, 'id' | 'label' | 'shortcuts' | 'run'> & Partial<Command>,
  ): Command => ({
    group: 'Load',
    scope: 'load',
    icon: 'load',
    isEnabled: isLive,
    ...part,
  });
  const rate = (key: string, byPerSec: number): Command =>
    command({
      id: `load.rate${byPerSec > 0 ? 'Up' : 'Down'}${Math.abs(byPerSec)}`,
      label: `${Math.abs(byPerSec)} ${Math.abs(byPerSec) === 1 ? 'call' : 'calls'} per second ${byPerSec > 0 ? 'more' : 'less'}`,
      shortcuts: [key],
      isEnabled: () => hasRate(shownRun(store.getState())),
      run: () => {
        actions.changeRate(byPerSec);
      },
    });
  useCommands([
    command({
      id: 'load.start',
      label: 'Start the load',
      shortcuts: ['Mod+Enter'],
      icon: 'play',
      isEnabled: () => !isLive(),
      run: start,
    }),
    rate('+', 1),
    rate('-', -1),
    rate('*', 10),
    rate('/', -10),
    command({
      id: 'load.pause',
      label: 'Pause the load, or go on',
      shortcuts: ['p'],
      icon: 'pause',
      run: actions.togglePause,
    }),
    command({
      id: 'load.drain',
      label: 'Drain: begin no more calls, end when the last has ended',
      shortcuts: ['q'],
      run: actions.drain,
    }),
    command({
      id: 'load.stop',
      label: 'Stop the load now',
      shortcuts: ['Q'],
      icon: 'stop',
      run: actions.stop,
    }),
  ]);
}
