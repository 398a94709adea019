import { memo, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { Button, IconButton } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Note } from '../../ui/note.tsx';
import { Pane } from '../../ui/pane.tsx';
import { formatCount, formatNumberOf } from '../wire/index.ts';
import type { DialogListState, DialogListStore } from './dialog-list-store.ts';
import { DialogTable } from './dialog-table.tsx';
import type { ColumnChoice } from './use-columns.ts';

export interface DialogPaneProps {
  readonly list: DialogListStore;
  readonly choice: ColumnChoice;
  readonly onOpen: () => void;
  readonly onMerge: () => void;
  readonly onExport: () => void;
  readonly onMakeScenario: () => void;
  readonly onReplay: () => void;
  readonly onNextFailure: () => void;
}

/** The list of dialogs with what is chosen in it. */
export const DialogPane = memo(function DialogPane(props: DialogPaneProps): ReactNode {
  const { list } = props;
  const state = useStore(list.store);
  return (
    <Pane label="Dialogs" scope="dialogs">
      <div className="ph">
        <h2>Dialogs</h2>
        <span className="dim meta">{state.isLoaded ? formatCount(state.matched) : ''}</span>
        <span className="grow" />
        {state.failed > 0 && (
          <Button kind="quiet" size="s" onClick={props.onNextFailure} title="Next failed dialog">
            <Icon name="cross" size="s" className="err" />
            <span className="err">{formatCount(state.failed)} failed</span>
          </Button>
        )}
      </div>
      {state.problem !== undefined && (
        <Note kind="error" title={state.problem} isLive>
          The list shows what was read before.
        </Note>
      )}
      <DialogTable list={list} choice={props.choice} onOpen={props.onOpen} />
      <Dropped state={state} />
      {state.chosen.size > 0 && <ChosenBar {...props} count={state.chosen.size} />}
    </Pane>
  );
});

/** What is not there any more is said, in red and in numbers. */
function Dropped({ state }: { readonly state: DialogListState }): ReactNode {
  const dropped = state.summary?.dropped ?? 0;
  if (dropped === 0) return undefined;
  return (
    <div className="lfoot">
      <Icon name="warning" size="s" className="err" />
      <span className="nw err">{formatNumberOf(dropped, 'message')} dropped</span>
      <span className="el dim">to stay within the memory bound</span>
    </div>
  );
}

function ChosenBar(props: DialogPaneProps & { readonly count: number }): ReactNode {
  return (
    <div className="bulk" role="toolbar" aria-label="Chosen dialogs">
      <b className="semi nw">{formatCount(props.count)} selected</b>
      <span className="grow" />
      {props.count > 1 && (
        <Button size="s" onClick={props.onMerge} disabled={props.count > MOST_MERGED}>
          Merged ladder
        </Button>
      )}
      <Button size="s" icon="export" onClick={props.onExport}>
        Export
      </Button>
      <IconButton
        icon="file"
        size="s"
        label="Make scenario of these"
        onClick={props.onMakeScenario}
        disabled={props.count > MOST_MERGED}
      />
      <IconButton
        icon="restart"
        size="s"
        label="Replay these"
        onClick={props.onReplay}
        disabled={props.count > MOST_MERGED}
      />
      <IconButton
        icon="cross"
        size="s"
        label="Clear selection"
        shortcut="Escape"
        onClick={props.list.clearChosen}
      />
    </div>
  );
}

/** The backend merges no more. */
export const MOST_MERGED = 50;
