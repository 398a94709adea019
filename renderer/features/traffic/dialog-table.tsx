import {
  columnSizingFeature,
  columnVisibilityFeature,
  createColumnHelper,
  tableFeatures,
  useTable,
  type Row,
} from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import {
  memo,
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  type CSSProperties,
  type MouseEvent,
  type ReactNode,
} from 'react';
import { useStore } from 'zustand';
import type { DialogSummary } from '../../../app/contract/traffic.ts';
import { classNames } from '../../ui/class-names.ts';
import { Icon } from '../../ui/icon.tsx';
import { observeRect, useRowHeight } from '../wire/index.ts';
import { ColumnHeads } from './column-heads.tsx';
import { describeDialog, DIALOG_LIST_COLUMNS } from './dialog-columns.tsx';
import { isNewestFirst, rowAt, type DialogListState, type DialogListStore } from './dialog-list-store.ts';
import type { ColumnChoice } from './use-columns.ts';
import '../../ui/table.css';

const features = tableFeatures({ columnSizingFeature, columnVisibilityFeature });
type DialogRow = Row<typeof features, DialogSummary>;
const helper = createColumnHelper<typeof features, DialogSummary>();
const columns = helper.columns(
  DIALOG_LIST_COLUMNS.map((column) =>
    helper.display({
      id: column.id,
      header: column.head,
      cell: ({ row }) => column.cell(row.original),
    }),
  ),
);

export const HEAD_HEIGHT = 26;
const OVERSCAN = 12;

const ROW_HEIGHT = 24;

export interface DialogTableProps {
  readonly list: DialogListStore;
  readonly choice: ColumnChoice;
  /** Enter or a double click. */
  readonly onOpen: () => void;
}

/** The dialogs the filter lets through; only the rows on screen are in the table, and only their pages were fetched. */
export function DialogTable({ list, choice, onOpen }: DialogTableProps): ReactNode {
  'use no memo';
  const state = useStore(list.store);
  const scroller = useRef<HTMLDivElement>(null);
  const rowHeight = useRowHeight('--row', ROW_HEIGHT);
  const virtual = useVirtualizer<HTMLDivElement, Element>({
    count: state.matched,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
    scrollMargin: HEAD_HEIGHT,
    scrollPaddingStart: HEAD_HEIGHT,
    observeElementRect: observeRect,
  });
  useEffect(() => {
    // The button that started the first server goes when rows come, and its focus with it: whoever uses the keyboard goes on here.
    if (document.activeElement === document.body) scroller.current?.focus({ preventScroll: true });
  }, []);
  useEffect(() => {
    virtual.measure();
  }, [virtual, rowHeight]);
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const end = (items.at(-1)?.index ?? -1) + 1;
  useEffect(() => {
    list.setWindow(first, Math.max(end, first + 1));
  }, [list, first, end]);

  const data = useMemo(() => {
    const rows: DialogSummary[] = [];
    for (let i = first; i < end; i += 1) {
      const row = state.pages.get(Math.floor(i / 100))?.[i % 100];
      if (row !== undefined) rows.push(row);
    }
    return rows;
  }, [state.pages, first, end]);
  const visibility = useMemo(
    () => Object.fromEntries(DIALOG_LIST_COLUMNS.map((column) => [column.id, choice.visible.has(column.id)])),
    [choice.visible],
  );
  const table = useTable({
    features,
    columns,
    data,
    getRowId: (row) => String(row.id),
    state: { columnVisibility: visibility, columnSizing: { ...choice.sizes } },
  });
  const rowsById = new Map(table.getRowModel().rows.map((row) => [row.original.id, row]));

  useScrolling(scroller, virtual, state, list);
  const onPick = useCallback(
    (event: MouseEvent, index: number) => {
      pick(event, list, list.store.getState(), index);
    },
    [list],
  );

  const tracks = DIALOG_LIST_COLUMNS.filter((column) => choice.visible.has(column.id)).map((column) => {
    const size = choice.sizes[column.id];
    return size === undefined ? trackOf(column.id, column.track, state) : `${String(size)}px`;
  });
  const cursor = state.cursorId;
  return (
    <div
      className="scroll tbl vgrid dialogs"
      ref={scroller}
      role="grid"
      aria-label="Dialogs"
      aria-rowcount={state.matched + 1}
      aria-multiselectable="true"
      aria-activedescendant={cursor !== undefined && rowsById.has(cursor) ? rowDomId(cursor) : undefined}
      tabIndex={0}
      data-pane-focus=""
      style={{ '--cols': tracks.join(' '), '--min-width': `${String(minWidth(tracks))}px` } as CSSProperties}
    >
      <ColumnHeads choice={choice} sort={state.sort} onSort={list.setSort} />
      <div role="rowgroup" className="rows" style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const dialog = rowAt(state, item.index);
          const row = dialog === undefined ? undefined : rowsById.get(dialog.id);
          const style = { transform: `translateY(${String(item.start - HEAD_HEIGHT)}px)` };
          if (row === undefined)
            return <Skeleton key={`s${String(item.index)}`} index={item.index} style={style} />;
          return (
            <RowView
              key={row.original.id}
              row={row}
              Cell={table.FlexRender}
              visible={choice.visible}
              index={item.index}
              top={item.start - HEAD_HEIGHT}
              isCursor={row.original.id === cursor}
              isChosen={state.chosen.has(row.original.id)}
              onPick={onPick}
              onOpen={onOpen}
            />
          );
        })}
      </div>
    </div>
  );
}

interface RowViewProps {
  readonly row: DialogRow;
  readonly Cell: ReturnType<typeof useTable<typeof features, DialogSummary>>['FlexRender'];
  readonly visible: ReadonlySet<string>;
  readonly index: number;
  readonly top: number;
  readonly isCursor: boolean;
  readonly isChosen: boolean;
  readonly onPick: (event: MouseEvent, index: number) => void;
  readonly onOpen: () => void;
}

/** Whether two answers say the same of a dialog. */
const isSame = (a: DialogSummary, b: DialogSummary): boolean =>
  a === b ||
  (a.id === b.id &&
    a.messages === b.messages &&
    a.lastAtMs === b.lastAtMs &&
    a.state === b.state &&
    a.findings === b.findings &&
    a.result?.status === b.result?.status);

/** The table makes new row objects with every answer; what is drawn changes only with the dialog. */
const RowView = memo(
  function RowView({ row, Cell, index, isCursor, isChosen, onPick, onOpen, top }: RowViewProps): ReactNode {
    const dialog = row.original;
    return (
      <div
        id={rowDomId(dialog.id)}
        role="row"
        aria-rowindex={index + 2}
        aria-selected={isCursor || isChosen}
        aria-label={describeDialog(dialog)}
        className={classNames('tr', isCursor && 'cursor', isChosen && 'chosen')}
        style={{ transform: `translateY(${String(top)}px)` }}
        onClick={(event) => {
          onPick(event, index);
        }}
        onDoubleClick={onOpen}
      >
        {row.getVisibleCells().map((cell, i) => (
          <span
            key={cell.id}
            role="gridcell"
            className={classNames(isNumber(cell.column.id) && 'r', isChosen && i === 0 && 'tick')}
          >
            {isChosen && i === 0 ? <Icon name="check" size="xs" /> : <Cell cell={cell} />}
          </span>
        ))}
      </div>
    );
  },
  (a, b) =>
    isSame(a.row.original, b.row.original) &&
    a.visible === b.visible &&
    a.index === b.index &&
    a.top === b.top &&
    a.isCursor === b.isCursor &&
    a.isChosen === b.isChosen &&
    a.onPick === b.onPick &&
    a.onOpen === b.onOpen,
);

const rowDomId = (id: number): string => `dialog-${String(id)}`;

const isNumber = (id: string): boolean =>
  DIALOG_LIST_COLUMNS.find((column) => column.id === id)?.isNumber === true;

/** The number column is as wide as its largest number. */
function trackOf(id: string, track: string, state: DialogListState): string {
  if (id !== 'id') return track;
  const digits = String(state.summary?.dialogs ?? state.total).length;
  return `${String(Math.max(31, digits * 7.3 + 2))}px`;
}

const GUTTERS_PX = 8;

/** The least room the columns need: below it the list scrolls sideways. */
function minWidth(tracks: readonly string[]): number {
  const widths = tracks.map((track) => Number.parseFloat(/[\d.]+(?=px)/.exec(track)?.[0] ?? '60'));
  return widths.reduce((sum, width) => sum + width + GUTTERS_PX, 12);
}

function Skeleton(props: { readonly index: number; readonly style: CSSProperties }): ReactNode {
  return (
    <div className="tr" role="row" aria-rowindex={props.index + 2} aria-busy="true" style={props.style}>
      <span role="gridcell" className="skel" />
      <span role="gridcell" className="skel" />
      <span role="gridcell" className="skel" />
      <span role="gridcell" className="skel" />
    </div>
  );
}

/** A click moves the cursor, with Ctrl it chooses, with Shift it chooses all in between. */
function pick(event: MouseEvent, list: DialogListStore, state: DialogListState, index: number): void {
  const dialog = rowAt(state, index);
  if (dialog === undefined) return;
  if (event.ctrlKey || event.metaKey) {
    list.toggleChosen(dialog.id);
    return;
  }
  if (event.shiftKey) {
    const [from, to] = index < state.cursorIndex ? [index, state.cursorIndex] : [state.cursorIndex, index];
    for (let i = from; i <= to; i += 1) {
      const between = rowAt(state, i);
      if (between !== undefined && !state.chosen.has(between.id)) list.toggleChosen(between.id);
    }
    return;
  }
  list.moveTo(index);
}

/** Keeps the cursor in sight, follows new rows, and holds the view still when rows come in above it. */
function useScrolling(
  scroller: { readonly current: HTMLDivElement | null },
  virtual: ReturnType<typeof useVirtualizer<HTMLDivElement, Element>>,
  state: DialogListState,
  list: DialogListStore,
): void {
  const { cursorId, cursorIndex, slide, isFollowing, matched, sort } = state;
  const rowHeight = virtual.options.estimateSize(0);
  const lastSlide = useRef(slide.serial);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null || lastSlide.current === slide.serial) return;
    lastSlide.current = slide.serial;
    element.scrollBy({ top: slide.rows * rowHeight });
  }, [scroller, slide, rowHeight]);

  const lastCursor = useRef(cursorId);
  useEffect(() => {
    if (lastCursor.current === cursorId) return;
    lastCursor.current = cursorId;
    if (cursorId !== undefined) virtual.scrollToIndex(cursorIndex, { align: 'auto' });
  }, [virtual, cursorId, cursorIndex]);

  const newestFirst = isNewestFirst(sort);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null || !isFollowing) return;
    element.scrollTo({ top: newestFirst ? 0 : element.scrollHeight });
  }, [scroller, isFollowing, newestFirst, matched]);

  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const onScroll = (): void => {
      if (!list.store.getState().isFollowing) return;
      const distance = newestFirst
        ? element.scrollTop
        : element.scrollHeight - element.clientHeight - element.scrollTop;
      if (distance > 2 * rowHeight) list.setFollowing(false);
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      element.removeEventListener('scroll', onScroll);
    };
  }, [scroller, list, newestFirst, rowHeight]);
}
