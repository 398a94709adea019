import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { IconButton } from '../../ui/button.tsx';
import { Note } from '../../ui/note.tsx';
import { Pane, PaneHead } from '../../ui/pane.tsx';
import { FileTree } from './file-tree.tsx';
import { LastRun } from './last-run.tsx';
import { latestRun, type ScenariosStore } from './scenarios-state.ts';
import type { ScenarioActions } from './use-scenario-actions.tsx';

/** The files, and how the last run of the one that is open went. */
export function FilesPane(props: {
  readonly store: ScenariosStore;
  readonly actions: ScenarioActions;
  readonly onImport: () => void;
}): ReactNode {
  const { store, actions } = props;
  const problem = useStore(store, (s) => s.problem);
  const run = useStore(store, (s) => latestRun(s.runs, s.path));
  const outline = useStore(store, (s) => (s.path === undefined ? undefined : s.documents[s.path]?.outline));
  return (
    <Pane label="Scenario files" scope="scenario-files">
      <PaneHead title="Scenarios">
        <IconButton icon="import" size="s" label="Import SIPp XML" onClick={props.onImport} />
        <IconButton
          icon="plus"
          size="s"
          label="New scenario"
          shortcut="Mod+N"
          onClick={() => {
            actions.create();
          }}
        />
      </PaneHead>
      {problem !== undefined && (
        <div className="scnotes">
          <Note kind="error" title="The files cannot be read" isLive>
            {problem}
          </Note>
        </div>
      )}
      <FileTree store={store} actions={actions} />
      {run !== undefined && <LastRun outline={outline} run={run} />}
    </Pane>
  );
}
