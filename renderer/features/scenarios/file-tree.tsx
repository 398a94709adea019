import { type KeyboardEvent, type ReactNode, useMemo, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { ScenarioRun } from '../../../app/contract/scenario-run.ts';
import { classNames } from '../../ui/class-names.ts';
import { Icon } from '../../ui/icon.tsx';
import { ContextMenu } from '../../ui/menu.tsx';
import { visibleString } from '../wire/index.ts';
import { type TreeRow, treeRows } from './file-tree-model.ts';
import { isDirty } from './scenario-document.ts';
import { latestRun, type ScenariosState, type ScenariosStore } from './scenarios-state.ts';
import type { ScenarioActions } from './use-scenario-actions.tsx';

export interface FileTreeProps {
  readonly store: ScenariosStore;
  readonly actions: ScenarioActions;
}

/** The workspace folder: one tab stop, arrows move, Enter opens. */
export function FileTree({ store, actions }: FileTreeProps): ReactNode {
  const files = useStore(store, (s) => s.files);
  const path = useStore(store, (s) => s.path);
  const runs = useStore(store, (s) => s.runs);
  // As one word, so that a key more in a file that is not saved anyway draws nothing again.
  const unsaved = useStore(store, unsavedPaths).split('\n');
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const [cursor, setCursor] = useState<string>();
  const root = useRef<HTMLDivElement>(null);
  const rows = useMemo(() => treeRows(files ?? [], closed), [files, closed]);
  const at = Math.max(
    0,
    rows.findIndex((row) => row.path === (cursor ?? path)),
  );

  const toggle = (row: TreeRow, isOpen: boolean): void => {
    const next = new Set(closed);
    if (isOpen) next.delete(row.path);
    else next.add(row.path);
    setClosed(next);
  };
  const act = (row: TreeRow): void => {
    setCursor(row.path);
    if (row.kind === 'folder') toggle(row, !row.isOpen);
    else actions.open(row.path);
  };
  const moveTo = (index: number): void => {
    const row = rows[Math.min(rows.length - 1, Math.max(0, index))];
    if (row === undefined) return;
    setCursor(row.path);
    root.current?.querySelector<HTMLElement>(`[data-path="${CSS.escape(row.path)}"]`)?.focus();
  };
  const onKey = (event: KeyboardEvent): void => {
    const row = rows[at];
    if (row === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    const keys: Readonly<Record<string, () => void>> = {
      ArrowDown: () => {
        moveTo(at + 1);
      },
      ArrowUp: () => {
        moveTo(at - 1);
      },
      Home: () => {
        moveTo(0);
      },
      End: () => {
        moveTo(rows.length - 1);
      },
      ArrowRight: () => {
        if (row.kind === 'folder' && !row.isOpen) toggle(row, true);
        else moveTo(at + 1);
      },
      ArrowLeft: () => {
        if (row.kind === 'folder' && row.isOpen) toggle(row, false);
        else moveTo(rows.indexOf(parentOf(rows, at) ?? row));
      },
      Enter: () => {
        act(row);
      },
      ' ': () => {
        act(row);
      },
      F2: () => {
        if (row.kind === 'file') actions.rename(row.path);
      },
      Delete: () => {
        if (row.kind === 'file') actions.remove(row.path);
      },
    };
    const run = keys[event.key];
    if (run === undefined) return;
    event.preventDefault();
    run();
  };

  return (
    <div className="scroll sctree" role="tree" aria-label="Scenario files" ref={root} onKeyDown={onKey}>
      {rows.map((row, i) => (
        <ContextMenu
          key={row.path}
          entries={
            row.kind === 'folder'
              ? [
                  {
                    label: 'New scenario here…',
                    icon: 'plus',
                    run: () => {
                      actions.create(`${row.path}/`);
                    },
                  },
                ]
              : [
                  {
                    label: 'Open',
                    icon: 'file',
                    run: () => {
                      actions.open(row.path);
                    },
                  },
                  {
                    label: 'Rename…',
                    icon: 'edit',
                    shortcut: 'F2',
                    run: () => {
                      actions.rename(row.path);
                    },
                  },
                  undefined,
                  {
                    label: 'Delete',
                    icon: 'trash',
                    shortcut: 'Delete',
                    isDanger: true,
                    run: () => {
                      actions.remove(row.path);
                    },
                  },
                ]
          }
        >
          <div
            role="treeitem"
            className={classNames('scfile', row.path === path && 'chosen')}
            style={{ paddingInlineStart: 10 + row.depth * 14 }}
            aria-level={row.depth + 1}
            aria-selected={row.path === path}
            aria-expanded={row.kind === 'folder' ? row.isOpen : undefined}
            data-path={row.path}
            data-pane-focus={i === at ? '' : undefined}
            tabIndex={i === at ? 0 : -1}
            onFocus={() => {
              setCursor(row.path);
            }}
            onClick={() => {
              act(row);
            }}
          >
            {row.kind === 'folder' ? (
              <Icon name={row.isOpen ? 'down' : 'right'} size="xs" />
            ) : (
              <span className="scgap" />
            )}
            <Icon name={row.kind === 'folder' ? 'folder' : 'file'} size="s" className="dim" />
            <bdi className="el grow">{visibleString(row.name)}</bdi>
            {row.kind === 'file' && (
              <FileMarks isUnsaved={unsaved.includes(row.path)} run={latestRun(runs, row.path)} />
            )}
          </div>
        </ContextMenu>
      ))}
    </div>
  );
}

/** The folder that a row is in. */
const parentOf = (rows: readonly TreeRow[], at: number): TreeRow | undefined =>
  rows
    .slice(0, at)
    .reverse()
    .find((row) => row.depth < (rows[at]?.depth ?? 0));

/** Files with something typed and not saved, here or in an earlier session; a line each. */
const unsavedPaths = ({ files = [], documents }: ScenariosState): string =>
  files
    .filter(({ path, hasDraft }) => {
      const document = documents[path];
      return document === undefined ? hasDraft : isDirty(document);
    })
    .map(({ path }) => path)
    .join('\n');

const MARKS = {
  pass: { icon: 'check', tone: 'ok', word: 'passed' },
  fail: { icon: 'cross', tone: 'err', word: 'failed' },
  error: { icon: 'alert', tone: 'err', word: 'could not be run' },
  stopped: { icon: 'minus', tone: 'dim', word: 'was stopped' },
} as const;

function FileMarks(props: { readonly isUnsaved: boolean; readonly run: ScenarioRun | undefined }): ReactNode {
  const { run } = props;
  const mark = run?.verdict === undefined ? undefined : MARKS[run.verdict.outcome];
  return (
    <>
      {props.isUnsaved && (
        <>
          <span className="scdot" aria-hidden="true" />
          <span className="sr">not saved</span>
        </>
      )}
      {run !== undefined && run.state !== 'ended' && (
        <>
          <span className="spin" aria-hidden="true" />
          <span className="sr">is running</span>
        </>
      )}
      {mark !== undefined && (
        <>
          <Icon name={mark.icon} size="s" className={mark.tone} />
          <span className="sr">{mark.word}</span>
        </>
      )}
    </>
  );
}
