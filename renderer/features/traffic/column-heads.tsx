import { useRef, type PointerEvent, type ReactNode } from 'react';
import { classNames } from '../../ui/class-names.ts';
import { Icon } from '../../ui/icon.tsx';
import { ContextMenu, type MenuEntry } from '../../ui/menu.tsx';
import { DIALOG_LIST_COLUMNS, type DialogColumn } from './dialog-columns.tsx';
import type { DialogSort } from './dialog-list-store.ts';
import type { ColumnChoice } from './use-columns.ts';

/** What the menu of the column heads and the columns button offer. */
export function columnEntries(choice: ColumnChoice): readonly MenuEntry[] {
  return [
    'Columns',
    ...DIALOG_LIST_COLUMNS.map((column) => ({
      label: column.name,
      isOn: choice.visible.has(column.id),
      run: () => {
        choice.toggle(column.id);
      },
    })),
    undefined,
    { label: 'Reset columns', run: choice.reset },
  ];
}

/** The sort a click on a head asks for: the other way round, or by that column, times newest first. */
export function nextSort(sort: DialogSort, by: DialogSort['by']): DialogSort {
  if (sort.by === by) return { by, descending: !sort.descending };
  return { by, descending: by === 'startedAtMs' || by === 'id' };
}

export interface ColumnHeadsProps {
  readonly choice: ColumnChoice;
  readonly sort: DialogSort;
  readonly onSort: (sort: DialogSort) => void;
}

export function ColumnHeads({ choice, sort, onSort }: ColumnHeadsProps): ReactNode {
  return (
    <ContextMenu entries={columnEntries(choice)}>
      <div className="th" role="row" aria-rowindex={1}>
        {DIALOG_LIST_COLUMNS.filter((column) => choice.visible.has(column.id)).map((column) => (
          <Head
            key={column.id}
            column={column}
            sort={sort}
            onSort={() => {
              onSort(nextSort(sort, column.sortBy));
            }}
            onResize={(sizePx) => {
              choice.setSize(column.id, sizePx);
            }}
          />
        ))}
      </div>
    </ContextMenu>
  );
}

/** A head that can be said aloud is its own name; the title tells more. */
const IS_WORD = /\p{L}/u;

function Head(props: {
  readonly column: DialogColumn;
  readonly sort: DialogSort;
  readonly onSort: () => void;
  readonly onResize: (sizePx: number | undefined) => void;
}): ReactNode {
  const { column, sort } = props;
  const isSorted = sort.by === column.sortBy && column.id !== 'parties';
  const order = sort.descending ? 'descending' : 'ascending';
  return (
    <span
      role="columnheader"
      aria-sort={isSorted ? order : 'none'}
      className={classNames(column.isNumber === true && 'r', isSorted && 'srt')}
    >
      <button
        type="button"
        tabIndex={-1}
        title={column.name}
        {...(IS_WORD.test(column.head) ? {} : { 'aria-label': column.name })}
        onClick={props.onSort}
      >
        {column.head}
        {isSorted && column.head !== '' && <Icon name={sort.descending ? 'down' : 'up'} size="xs" />}
      </button>
      <Grip onResize={props.onResize} />
    </span>
  );
}

/** Dragged, it sets the width of its column; a double click gives the width back. */
function Grip({ onResize }: { readonly onResize: (sizePx: number | undefined) => void }): ReactNode {
  const drag = useRef<{ readonly x: number; readonly width: number } | undefined>(undefined);
  return (
    <span
      className="grip"
      aria-hidden="true"
      onPointerDown={(event: PointerEvent<HTMLSpanElement>) => {
        const width = event.currentTarget.parentElement?.getBoundingClientRect().width ?? 0;
        drag.current = { x: event.clientX, width };
        event.currentTarget.setPointerCapture(event.pointerId);
        event.preventDefault();
      }}
      onPointerMove={(event) => {
        if (drag.current !== undefined) onResize(drag.current.width + event.clientX - drag.current.x);
      }}
      onPointerUp={() => {
        drag.current = undefined;
      }}
      onDoubleClick={() => {
        onResize(undefined);
      }}
    />
  );
}
