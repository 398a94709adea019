import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, type ReactNode, useEffect, useLayoutEffect, useRef } from 'react';
import { classNames } from '../../ui/class-names.ts';
import { Icon } from '../../ui/icon.tsx';
import { isFocusNowhere } from '../../ui/keyboard.ts';
import { ContextMenu, type MenuEntry } from '../../ui/menu.tsx';
import { observeRect, useRowHeight } from '../wire/index.ts';
import { nextSort } from './shown-rows.ts';
import type { StateRow } from './state-rows.ts';
import type { Sort } from './state-store.ts';
import type { Column, StateTable } from './tables/table.ts';

const HEAD_HEIGHT = 26;
const ROW_HEIGHT = 24;
const OVERSCAN = 8;

export interface StateGridProps {
  readonly table: StateTable;
  /** Filtered and in order. */
  readonly rows: readonly StateRow[];
  readonly sort: Sort;
  readonly selectedKey: string | undefined;
  /** What can be done with the selected row. */
  readonly entries: readonly MenuEntry[];
  readonly onSort: (sort: Sort) => void;
  readonly onSelect: (row: StateRow) => void;
  /** A double click. */
  readonly onOpen: () => void;
}

/** The rows of one table; only those in sight are in the page. Keys move the cursor: see useStateCommands. */
export function StateGrid(props: StateGridProps): ReactNode {
  'use no memo';
  const { table, rows, sort, selectedKey } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const rowHeight = useRowHeight('--row', ROW_HEIGHT);
  const virtual = useVirtualizer<HTMLDivElement, Element>({
    count: rows.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => rows[index]?.key ?? index,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
    scrollMargin: HEAD_HEIGHT,
    scrollPaddingStart: HEAD_HEIGHT,
    observeElementRect: observeRect,
  });
  useEffect(() => {
    // The first rows come, or the table was changed by key: whoever uses the keyboard goes on here.
    if (isFocusNowhere()) scroller.current?.focus({ preventScroll: true });
  }, []);
  useEffect(() => {
    virtual.measure();
  }, [virtual, rowHeight]);
  const selectedAt = rows.findIndex(({ key }) => key === selectedKey);
  useCursorInSight(virtual, selectedKey, selectedAt);
  useSteadyView(scroller, rows, sort, rowHeight);

  const items = virtual.getVirtualItems();
  const column = table.columns.find(({ id }) => id === sort.by);
  const tracks = table.columns.map(({ track }) => track);
  const isInPage = items.some(({ index }) => index === selectedAt);
  return (
    <ContextMenu entries={props.entries}>
      <div
        className="scroll tbl vgrid stgrid"
        ref={scroller}
        role="grid"
        aria-label={table.label}
        aria-rowcount={rows.length + 1}
        aria-activedescendant={isInPage ? rowDomId(table, selectedAt) : undefined}
        tabIndex={0}
        data-pane-focus=""
        style={
          { '--cols': tracks.join(' '), '--min-width': `${String(minWidth(tracks))}px` } as CSSProperties
        }
      >
        <Heads table={table} sort={sort} onSort={props.onSort} />
        <div role="rowgroup" className="rows" style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const row = rows[index];
            if (row === undefined) return null;
            const before = rows[index - 1];
            const isRepeat = before !== undefined && column?.value(before) === column?.value(row);
            return (
              <div
                key={row.key}
                id={rowDomId(table, index)}
                role="row"
                aria-rowindex={index + 2}
                aria-selected={index === selectedAt}
                aria-label={table.describe(row)}
                className={classNames('tr', index === selectedAt && 'cursor')}
                style={{ transform: `translateY(${String(start - HEAD_HEIGHT)}px)` }}
                onClick={() => {
                  props.onSelect(row);
                }}
                onContextMenu={() => {
                  props.onSelect(row);
                }}
                onDoubleClick={props.onOpen}
              >
                {table.columns.map(({ id, isNumber, cell }) => (
                  <span key={id} role="gridcell" className={isNumber === true ? 'r' : undefined}>
                    {cell(row, { isRepeat: isRepeat && id === sort.by })}
                  </span>
                ))}
              </div>
            );
          })}
        </div>
      </div>
    </ContextMenu>
  );
}

/** Rows come and go; the cursor is named by its place, which aria-activedescendant needs only while it is in the page. */
const rowDomId = ({ table }: StateTable, index: number): string => `${table}-row-${String(index)}`;

const GUTTERS_PX = 8;

/** The least room the columns need: below it the table scrolls sideways. */
function minWidth(tracks: readonly string[]): number {
  const widths = tracks.map((track) => Number.parseFloat(/[\d.]+(?=px)/.exec(track)?.[0] ?? '60'));
  return widths.reduce((sum, width) => sum + width + GUTTERS_PX, 12);
}

/** A cursor that was moved comes into sight; one whose row moved by itself stays where it is. */
function useCursorInSight(
  virtual: ReturnType<typeof useVirtualizer<HTMLDivElement, Element>>,
  selectedKey: string | undefined,
  selectedAt: number,
): void {
  const last = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (last.current === selectedKey) return;
    last.current = selectedKey;
    if (selectedAt !== -1) virtual.scrollToIndex(selectedAt, { align: 'auto' });
  }, [virtual, selectedKey, selectedAt]);
}

/** Rows that come or go above what is in sight do not move it. */
function useSteadyView(
  scroller: { readonly current: HTMLDivElement | null },
  rows: readonly StateRow[],
  sort: Sort,
  rowHeight: number,
): void {
  const last = useRef({ rows, by: sort.by, descending: sort.descending });
  useLayoutEffect(() => {
    const element = scroller.current;
    const old = last.current;
    last.current = { rows, by: sort.by, descending: sort.descending };
    if (element === null || element.scrollTop === 0 || old.rows === rows) return;
    if (old.by !== sort.by || old.descending !== sort.descending) return;
    const top = Math.floor(element.scrollTop / rowHeight);
    for (const [i, { key }] of old.rows.slice(top).entries()) {
      const now = rows.findIndex((row) => row.key === key);
      if (now === -1) continue;
      if (now !== top + i) element.scrollBy({ top: (now - top - i) * rowHeight });
      return;
    }
  }, [scroller, rows, sort.by, sort.descending, rowHeight]);
}

function Heads(props: {
  readonly table: StateTable;
  readonly sort: Sort;
  readonly onSort: (sort: Sort) => void;
}): ReactNode {
  const { table, sort, onSort } = props;
  const orderOf = ({ id }: Column<StateRow>): 'ascending' | 'descending' | 'none' =>
    id !== sort.by ? 'none' : sort.descending ? 'descending' : 'ascending';
  return (
    <div className="th" role="row" aria-rowindex={1}>
      {table.columns.map((column) => (
        <span
          key={column.id}
          role="columnheader"
          aria-sort={orderOf(column)}
          className={classNames(column.isNumber === true && 'r', column.id === sort.by && 'srt')}
        >
          <button
            type="button"
            tabIndex={-1}
            onClick={() => {
              onSort(nextSort(sort, column.id));
            }}
          >
            {column.head}
            {column.id === sort.by && <Icon name={sort.descending ? 'down' : 'up'} size="xs" />}
          </button>
        </span>
      ))}
    </div>
  );
}
