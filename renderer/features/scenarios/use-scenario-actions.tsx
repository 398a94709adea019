import { type ReactNode, useMemo, useState } from 'react';
import { useConnection } from '../../backend/index.ts';
import { useAttempt } from '../../ui/use-attempt.ts';
import { useToast } from '../../ui/toasts.tsx';
import { NewScenarioDialog } from './new-scenario-dialog.tsx';
import { RenameDialog } from './rename-dialog.tsx';
import { fileName } from './scenario-document.ts';
import type { HowToRun, ScenariosStore } from './scenarios-state.ts';

/** What a person does with files and runs, with what is to be asked or said. */
export interface ScenarioActions {
  readonly open: (path: string) => void;
  /** Asks for a template and a name, in a folder (`calls/`) or with a text that is there already. */
  readonly create: (folder?: string) => void;
  readonly rename: (path: string) => void;
  readonly remove: (path: string) => void;
  readonly save: (path: string) => void;
  readonly run: (path: string, how: HowToRun) => void;
  readonly showRow: (run: string, row: number) => void;
  readonly stop: (run: string) => void;
  readonly step: (run: string, actor?: string) => void;
  readonly goOn: (run: string) => void;
  /** A dialog that is open. */
  readonly dialog: ReactNode;
}

type Asked =
  { readonly kind: 'new'; readonly folder: string } | { readonly kind: 'rename'; readonly path: string };

export function useScenarioActions(store: ScenariosStore): ScenarioActions {
  const attempt = useAttempt();
  const toast = useToast();
  const { state } = useConnection();
  const [asked, setAsked] = useState<Asked>();
  const isConnected = state === 'connected';

  const verbs = useMemo((): Omit<ScenarioActions, 'dialog'> => {
    const s = store.getState;
    return {
      open: (path) => {
        attempt(`${path} could not be opened`, s().open(path));
      },
      create: (folder = '') => {
        setAsked({ kind: 'new', folder });
      },
      rename: (path) => {
        setAsked({ kind: 'rename', path });
      },
      remove: (path) => {
        const removed = s()
          .remove(path)
          .then((text) => {
            toast({
              kind: 'info',
              title: `Deleted ${fileName(path)}`,
              text: 'It is in the folder .trash.',
              action: {
                label: 'Undo',
                run: () => {
                  attempt(`${path} could not be made again`, s().create(path, text));
                },
              },
            });
          });
        attempt(`${path} was not deleted`, removed);
      },
      save: (path) => {
        attempt(`${path} was not saved`, s().save(path));
      },
      run: (path, how) => {
        attempt('It was not run', s().run(path, how));
      },
      showRow: (run, row) => {
        attempt('The row was not shown', s().showRow(run, row));
      },
      stop: (run) => {
        attempt('The run was not stopped', s().stop(run));
      },
      step: (run, actor) => {
        attempt('The run did not go on', s().step(run, actor));
      },
      goOn: (run) => {
        attempt('The run did not go on', s().goOn(run));
      },
    };
  }, [store, attempt, toast]);

  const close = (): void => {
    setAsked(undefined);
  };
  return {
    ...verbs,
    dialog: !isConnected ? undefined : asked?.kind === 'new' ? (
      <NewScenarioDialog store={store} folder={asked.folder} onClose={close} />
    ) : asked?.kind === 'rename' ? (
      <RenameDialog store={store} path={asked.path} onClose={close} />
    ) : undefined,
  };
}
