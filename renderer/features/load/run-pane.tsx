import type { ReactNode } from 'react';
import type { LoadRun } from '../../../app/contract/load.ts';
import { Button } from '../../ui/button.tsx';
import { useNavigation } from '../../ui/navigation.tsx';
import { EmptyState, Note } from '../../ui/note.tsx';
import { Pane } from '../../ui/pane.tsx';
import { Failures } from './failures.tsx';
import { LoadCharts } from './load-charts.tsx';
import { isOn } from './load-store.ts';
import { RunFigures } from './run-figures.tsx';
import { RunHead } from './run-head.tsx';
import { noteOf } from './run-note.ts';
import type { LoadActions } from './use-load-actions.ts';

export interface RunPaneProps {
  /** Undefined when there was none. */
  readonly run: LoadRun | undefined;
  readonly runs: readonly LoadRun[];
  readonly actions: LoadActions;
  /** There is somebody to call. */
  readonly hasServer: boolean;
  readonly onStart: () => void;
  readonly onChoose: (id: string) => void;
}

/** How a run goes. */
export function RunPane({ run, runs, actions, hasServer, onStart, onChoose }: RunPaneProps): ReactNode {
  if (run === undefined) return <NoRun hasServer={hasServer} onStart={onStart} />;
  const note = noteOf(run);
  return (
    <Pane label="Run" scope="load-run">
      <RunHead run={run} runs={runs} actions={actions} onChoose={onChoose} />
      <div
        className="scroll ldrun"
        tabIndex={0}
        role="region"
        aria-label="Figures and charts"
        data-pane-focus=""
      >
        <RunFigures run={run} />
        <div role="status">
          {note !== undefined && (
            <Note kind={note.kind} title={note.title}>
              {note.text}
            </Note>
          )}
        </div>
        {(run.seconds.length > 0 || isOn(run)) && <LoadCharts run={run} />}
        <Failures key={run.id} run={run} />
      </div>
    </Pane>
  );
}

/** How the first run comes. */
function NoRun({ hasServer, onStart }: Pick<RunPaneProps, 'hasServer' | 'onStart'>): ReactNode {
  const { go } = useNavigation();
  return (
    <Pane label="Run" scope="load-run">
      <EmptyState
        title="No load has run yet"
        text={
          hasServer
            ? 'One scenario, many calls: set the rate at the left, then watch calls, setup times and failures second by second.'
            : 'One scenario, many calls, at the rate that is set at the left. No server of this workbench runs at the moment: start one to have somebody to call.'
        }
        actions={
          <>
            <Button icon="play" onClick={onStart}>
              Start the load
            </Button>
            {!hasServer && (
              <Button
                kind="primary"
                icon="servers"
                onClick={() => {
                  go('servers');
                }}
              >
                Go to Servers
              </Button>
            )}
          </>
        }
      />
    </Pane>
  );
}
