import { appCommand } from '../../ui/commands.ts';
import type { LabPhoneName } from '../../../app/contract/lab.ts';
import { useNavigation } from '../../ui/navigation.tsx';
import { useAttempt } from '../../ui/use-attempt.ts';
import { useCommands } from '../../ui/use-commands.tsx';
import { isCalling, isOn, type LabStore } from './lab-store.ts';

/** What a person does with the lab; refusals become a toast. */
export interface LabActions {
  readonly start: () => void;
  readonly stop: () => void;
  readonly call: (from: LabPhoneName) => void;
  readonly hangUp: () => void;
}

/** The actions, and the commands that carry them. */
export function useLabActions(store: LabStore): LabActions {
  const { go } = useNavigation();
  const attempt = useAttempt();
  const { getState } = store;
  const actions: LabActions = {
    start: () => {
      // The ladder draws itself while the phones register.
      go('traffic');
      attempt('The lab was not started', getState().start());
    },
    stop: () => {
      attempt('The lab was not stopped', getState().stop());
    },
    call: (from) => {
      attempt('The call was not made', getState().call(from));
    },
    hangUp: () => {
      attempt('The call was not ended', getState().hangUp());
    },
  };
  const isRunning = (): boolean => getState().lab?.state === 'running';
  useCommands([
    appCommand('lab.start', { icon: 'phone', isEnabled: () => !isOn(getState().lab), run: actions.start }),
    appCommand('lab.stop', { icon: 'stop', isEnabled: isRunning, run: actions.stop }),
    appCommand('lab.call', {
      icon: 'phone',
      isEnabled: () => isRunning() && !isCalling(getState().lab),
      run: () => {
        actions.call('alice');
      },
    }),
  ]);
  return actions;
}
