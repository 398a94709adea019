import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { useConnection } from '../../backend/index.ts';
import type { CodeHandle } from '../../ui/code-types.ts';
import type { Command } from '../../ui/commands.ts';
import { useNavigation } from '../../ui/navigation.tsx';
import { useAttempt } from '../../ui/use-attempt.ts';
import { useCommands } from '../../ui/use-commands.tsx';
import { useCopy } from '../../ui/use-copy.ts';
import { CodePane, type CodeTab } from './code-pane.tsx';
import { DocumentNotes } from './document-notes.tsx';
import { FilesPane } from './files-pane.tsx';
import { LadderPane } from './ladder-pane.tsx';
import { moreEntries } from './more-entries.ts';
import { NoScenario } from './no-scenario.tsx';
import { runCommand } from './run-words.ts';
import { ScenarioHead } from './scenario-head.tsx';
import { latestRun, type ScenariosStore } from './scenarios-state.ts';
import { StepsPane } from './steps-pane.tsx';
import { type ScenarioActions, useScenarioActions } from './use-scenario-actions.tsx';
import { useScenarioCommands } from './use-scenario-commands.ts';
import { useSippImport } from './use-sipp-import.tsx';
import { Views } from './views.tsx';
import './scenarios.css';

/*
 * +- [] calls / busy.yaml  x Failed at step 3 of 7  2.02 s ------- [Target ........] [Debug] [Run F5] [...] +
 * | Scenarios   + | Steps 7      + Step | Ladder           + Message | YAML  SIPp XML  Variables 1  Run     |
 * | v calls       | 1 o send INVITE     |     alice          bob     |  1  version: 1                        |
 * |     busy.yaml | 2 x expect 180      |       |---INVITE--->|      |  2  name: Busy                        |
 * | Last run      |   what came instead |       |<----486-----|      |  Problems 1                           |
 * +---------------+---------------------+----------------------------+---------------------------------------+
 */

export interface ScenariosPageProps {
  readonly store: ScenariosStore;
  /** Shows the messages of a Call-ID. */
  readonly onTraffic: (callId: string) => void;
}

/** Scenario files: three views of one text, and their runs. */
export function ScenariosPage({ store, onTraffic }: ScenariosPageProps): ReactNode {
  const isRead = useStore(store, (s) => s.files !== undefined || s.problem !== undefined);
  const hasFiles = useStore(store, (s) => s.files?.length !== 0);
  const path = useStore(store, (s) =>
    s.path !== undefined && s.documents[s.path] !== undefined ? s.path : undefined,
  );
  const { epoch } = useConnection();
  const { go } = useNavigation();
  const attempt = useAttempt();
  const actions = useScenarioActions(store);
  const sipp = useSippImport(store);

  useEffect(() => {
    attempt('The scenarios could not be read', store.getState().load());
  }, [store, epoch, attempt]);
  if (!isRead) return <div className="scroll" aria-busy="true" />;

  const tree = hasFiles ? <FilesPane store={store} actions={actions} onImport={sipp.choose} /> : undefined;
  return (
    <div className="scscreen">
      {path === undefined ? (
        <Views
          tree={tree}
          none={
            <NoScenario
              store={store}
              onImport={sipp.choose}
              onGoToTraffic={() => {
                go('traffic');
              }}
            />
          }
        />
      ) : (
        <OpenScenario {...{ store, path, actions, tree, onTraffic }} />
      )}
      <Commands store={store} path={path} actions={actions} onImport={sipp.choose} />
      {sipp.input}
      {actions.dialog}
    </div>
  );
}

/** Keys that work also while nothing is open. */
function Commands(props: {
  readonly store: ScenariosStore;
  readonly path: string | undefined;
  readonly actions: ScenarioActions;
  readonly onImport: () => void;
}): ReactNode {
  const { store, path, actions } = props;
  const run = useStore(store, (s) => latestRun(s.runs, path));
  const hasRows = useStore(store, (s) => path !== undefined && s.documents[path]?.rows !== undefined);
  const others = useOthers(store, path, actions);
  useScenarioCommands({ path, run, hasRows, actions, importFile: props.onImport, ...others });
  return undefined;
}

interface OpenScenarioProps extends ScenariosPageProps {
  readonly path: string;
  readonly actions: ScenarioActions;
  readonly tree: ReactNode;
}

function OpenScenario({ store, path, actions, tree, onTraffic }: OpenScenarioProps): ReactNode {
  const editor = useRef<CodeHandle>(null);
  const [tab, setTab] = useState<CodeTab>('code');
  const reveal = useCallback((line: number): void => {
    setTab('code');
    // The editor may have to be shown first.
    requestAnimationFrame(() => {
      editor.current?.reveal(line);
      editor.current?.focus();
    });
  }, []);
  const showSelected = useCallback((): void => {
    const document = store.getState().documents[path];
    reveal(document?.outline?.steps.find((s) => s.at === document.selected)?.line ?? 1);
  }, [store, path, reveal]);
  useRevealSelected(store, path, editor);
  useHistory(editor);
  const others = useOthers(store, path, actions);

  return (
    <>
      <ScenarioHead {...{ store, path, actions }} more={moreEntries(path, actions, others)} />
      <DocumentNotes store={store} path={path} />
      <Views
        tree={tree}
        steps={(lead) => <StepsPane {...{ store, path, lead }} onCode={showSelected} />}
        ladder={(lead) => <LadderPane {...{ store, path, lead }} />}
        code={
          <CodePane
            key={path}
            {...{ store, path, editor, tab, onTraffic }}
            onTab={setTab}
            onReveal={reveal}
            onStep={(actor) => {
              const run = latestRun(store.getState().runs, path);
              if (run !== undefined) actions.step(run.id, actor);
            }}
            onRow={actions.showRow}
          />
        }
      />
    </>
  );
}

/** The history of the text is that of every view. */
function useHistory(editor: Editor): void {
  const command = (id: string, label: string, shortcuts: readonly string[], run: () => void): Command => ({
    id: `scenario.${id}`,
    label,
    shortcuts,
    scope: 'scenarios',
    group: 'Scenarios',
    isKeyOnly: true,
    run,
  });
  useCommands([
    command('undo', 'Undo', ['Mod+Z'], () => {
      editor.current?.undo();
    }),
    command('redo', 'Redo', ['Mod+Shift+Z', 'Mod+Y'], () => {
      editor.current?.redo();
    }),
  ]);
}

interface Others {
  readonly copyCommand: () => void;
  readonly runSelected: () => void;
}

function useOthers(store: ScenariosStore, path: string | undefined, actions: ScenarioActions): Others {
  const copy = useCopy();
  const { run } = actions;
  return useMemo(
    () => ({
      copyCommand: () => {
        if (path === undefined) return;
        const { folder, setup, runs } = store.getState();
        const hasRows = latestRun(runs, path)?.series !== undefined;
        const values = setup.variables[path] ?? {};
        const order = {
          target: setup.target.trim(),
          environment: store.environment(),
          variables: values,
          hasRows,
        };
        copy('command', runCommand(`${folder}/${path}`, order));
      },
      runSelected: () => {
        if (path === undefined) return;
        const document = store.getState().documents[path];
        const step = document?.outline?.steps.find((s) => s.at === document.selected);
        if (step !== undefined) run(path, { debug: false, only: [step.id] });
      },
    }),
    [store, path, copy, run],
  );
}

type Editor = { readonly current: CodeHandle | null };

/** A step chosen in another view is shown in the text. */
function useRevealSelected(store: ScenariosStore, path: string, editor: Editor): void {
  useEffect(
    () =>
      store.subscribe((now, before) => {
        const document = now.documents[path];
        if (document === undefined || document.selected === before.documents[path]?.selected) return;
        const line = document.outline?.steps.find((step) => step.at === document.selected)?.line;
        if (line !== undefined) editor.current?.show(line);
      }),
    [store, path, editor],
  );
}
