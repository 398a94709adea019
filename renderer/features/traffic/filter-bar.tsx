import { useLayoutEffect, useMemo, useRef, type ReactNode } from 'react';
import { useStore } from 'zustand';
import { IconButton } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { Icon } from '../../ui/icon.tsx';
import { Keys } from '../../ui/keys.tsx';
import { Menu } from '../../ui/menu.tsx';
import { formatCount, formatNumberOf } from '../wire/index.ts';
import { columnEntries } from './column-heads.tsx';
import type { DialogListState, DialogListStore, FilterError } from './dialog-list-store.ts';
import type { TrafficModel } from './traffic-model.ts';
import type { ColumnChoice } from './use-columns.ts';

export interface FilterBarProps {
  readonly model: TrafficModel;
  readonly choice: ColumnChoice;
  readonly onExport: () => void;
  readonly onMakeScenario: () => void;
  readonly onReplay: () => void;
  /** Esc in an empty box, or Enter: back to the list. */
  readonly onLeave: () => void;
}

/** What to filter by at the left; pause, follow, columns and export at the right. */
export function FilterBar({
  model,
  choice,
  onExport,
  onMakeScenario,
  onReplay,
  onLeave,
}: FilterBarProps): ReactNode {
  const state = useStore(model.list.store);
  const columns = useMemo(() => columnEntries(choice), [choice]);
  return (
    <>
      <div className="fbar" role="toolbar" aria-label="Traffic">
        <FilterBox list={model.list} state={state} onLeave={onLeave} />
        <span className="fsep" />
        <span className="pausebox">
          <IconButton
            icon={state.isPaused ? 'play' : 'pause'}
            label={state.isPaused ? 'Go on showing what comes in' : 'Pause'}
            shortcut="p"
            isOn={state.isPaused}
            onClick={model.togglePaused}
          />
          {state.isPaused && state.held > 0 && (
            <span
              className="held"
              role="status"
              aria-label={`${formatNumberOf(state.held, 'message')} held back`}
            >
              {formatCount(state.held)}
            </span>
          )}
        </span>
        <IconButton
          icon="follow"
          label="Follow new messages"
          shortcut="A"
          isOn={state.isFollowing}
          onClick={model.toggleFollowing}
        />
        <Menu align="end" entries={columns}>
          <IconButton icon="columns" label="Columns" shortcut="T" data-command="columns" />
        </Menu>
        <IconButton icon="file" label="Make scenario" onClick={onMakeScenario} />
        <IconButton icon="restart" label="Replay" onClick={onReplay} />
        <IconButton icon="export" label="Export" shortcut="Mod+E" onClick={onExport} />
      </div>
      {state.filterError !== undefined && <ErrorLine error={state.filterError} />}
    </>
  );
}

function FilterBox(props: {
  readonly list: DialogListStore;
  readonly state: DialogListState;
  readonly onLeave: () => void;
}): ReactNode {
  const { list, state, onLeave } = props;
  const marks = useRef<HTMLSpanElement>(null);
  const box = useRef<HTMLSpanElement>(null);
  const { filter, filterError } = state;
  const sync = (): void => {
    const scrolled = box.current?.querySelector('input')?.scrollLeft ?? 0;
    marks.current?.scrollTo({ left: scrolled });
  };
  useLayoutEffect(sync);
  return (
    <span className={classNames('inp grow filter', filterError !== undefined && 'bad')}>
      <Icon name="filter" size="s" />
      <span className="ftext" ref={box}>
        <span className="fmarks mono" aria-hidden="true" ref={marks}>
          {filterError !== undefined && (
            <>
              {filter.slice(0, filterError.start)}
              <u>
                {filter.slice(filterError.start, Math.max(filterError.end, filterError.start + 1)) || ' '}
              </u>
              {filter.slice(Math.max(filterError.end, filterError.start + 1))}
            </>
          )}
        </span>
        <input
          className={filter === '' ? undefined : 'mono'}
          value={filter}
          placeholder="Filter: method, host, header, state…"
          aria-label="Filter"
          aria-invalid={filterError !== undefined}
          aria-describedby={filterError === undefined ? undefined : 'filter-error'}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => {
            list.setFilter(event.target.value);
          }}
          onScroll={sync}
          onKeyDown={(event) => {
            if (event.key === 'Escape') {
              if (filter === '') onLeave();
              else list.setFilter('');
              event.preventDefault();
            } else if (event.key === 'Enter' || event.key === 'ArrowDown') {
              onLeave();
              event.preventDefault();
            }
          }}
        />
      </span>
      {filter !== '' && (
        <IconButton
          icon="cross"
          size="s"
          label="Clear filter"
          shortcut="Escape"
          onClick={() => {
            list.setFilter('');
          }}
        />
      )}
      <Matched state={state} />
      <Keys shortcut="/" />
    </span>
  );
}

/** How many are left of how many. */
function Matched({ state }: { readonly state: DialogListState }): ReactNode {
  if (!state.isLoaded) return undefined;
  return (
    <span className="dim meta nw" role="status" aria-live="off">
      {state.filter === '' || state.filterError !== undefined ? (
        formatNumberOf(state.total, 'dialog')
      ) : (
        <>
          <b className="semi strong">{formatCount(state.matched)}</b> of {formatCount(state.total)}
        </>
      )}
    </span>
  );
}

function ErrorLine({ error }: { readonly error: FilterError }): ReactNode {
  return (
    <div className="ferr" id="filter-error" role="alert">
      <Icon name="error" size="s" />
      <span>
        <b className="semi">{error.message}</b>{' '}
        <span className="mid">at character {error.start + 1}. Until it is right, every dialog is shown.</span>
      </span>
    </div>
  );
}
