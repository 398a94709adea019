import { compareValues, matches, type StateRow } from './state-rows.ts';
import type { Sort, TableView } from './state-store.ts';
import type { StateTable } from './tables/table.ts';

export const sortOf = (table: StateTable, view: TableView): Sort => view.sort ?? table.sort;

/** The rows a person sees, in order. Equal ones keep the order of the server, so that nothing moves without a reason. */
export function shownRows(
  table: StateTable,
  rows: readonly StateRow[],
  view: TableView,
): readonly StateRow[] {
  const { filter } = view;
  const { by, descending } = sortOf(table, view);
  const kept =
    filter.trim() === '' ? [...rows] : rows.filter((row) => matches(table.text(row), filter.trim()));
  const column = table.columns.find(({ id }) => id === by);
  if (column === undefined) return kept;
  const direction = descending ? -1 : 1;
  return kept.sort((a, b) => direction * compareValues(column.value(a), column.value(b)));
}

/**
 * Where the cursor goes: so many rows on from the selected one, or from where it was when it is gone; to the first row when there is none.
 * @param rows - those that are shown, in order.
 */
export function stepFrom(
  table: StateTable,
  rows: readonly StateRow[],
  view: TableView,
  step: number,
): StateRow | undefined {
  const { selection } = view;
  const to = (index: number): StateRow | undefined => rows[Math.max(0, Math.min(rows.length - 1, index))];
  if (selection === undefined) return to(step === Infinity ? step : 0);
  const at = rows.findIndex(({ key }) => key === selection.of.key);
  if (at !== -1) return to(at + step);
  // Down from the gap is the row that has moved up into it.
  return to(gapOf(table, rows, view, selection.of) + (step > 0 ? step - 1 : step));
}

/** How many rows stand before the place of one that is gone. */
function gapOf(table: StateTable, rows: readonly StateRow[], view: TableView, gone: StateRow): number {
  const { by, descending } = sortOf(table, view);
  const column = table.columns.find(({ id }) => id === by);
  if (column === undefined) return 0;
  const direction = descending ? -1 : 1;
  const behind = rows.findIndex(
    (row) => direction * compareValues(column.value(row), column.value(gone)) > 0,
  );
  return behind === -1 ? rows.length : behind;
}

/** The sort a click on a head asks for: the other way round, or by that column. */
export function nextSort(now: Sort, by: string): Sort {
  return { by, descending: now.by === by && !now.descending };
}
