import type { ReactNode } from 'react';
import type { RowTypes, SortValue, StateRow, TableId } from '../state-rows.ts';
import type { Sort } from '../state-store.ts';

/** What a cell knows of its neighbours. */
export interface Place {
  /** The row above has the same value in the column the table is sorted by. */
  readonly isRepeat: boolean;
}

export interface Column<Row> {
  readonly id: string;
  readonly head: string;
  /** Piece of the grid. */
  readonly track: string;
  readonly isNumber?: boolean;
  readonly value: (row: Row) => SortValue;
  readonly cell: (row: Row, place: Place) => ReactNode;
}

/** A table as its own file knows it. */
export interface TableDefinition<K extends TableId> {
  readonly table: K;
  readonly label: string;
  /** One row of it. */
  readonly noun: string;
  readonly plural?: string;
  readonly sort: Sort;
  readonly columns: readonly Column<RowTypes[K]>[];
  /** In grey beside the title. */
  readonly facts?: (rows: readonly RowTypes[K][]) => string;
  /** What the filter looks in. */
  readonly text: (row: RowTypes[K]) => string;
  /** The row in a sentence, for a screen reader. */
  readonly describe: (row: RowTypes[K]) => string;
}

/** A table of whatever rows: what the screen is made of. */
export interface StateTable {
  readonly table: TableId;
  readonly label: string;
  readonly noun: string;
  readonly plural: string;
  readonly sort: Sort;
  readonly columns: readonly Column<StateRow>[];
  readonly facts: (rows: readonly StateRow[]) => string;
  readonly text: (row: StateRow) => string;
  readonly describe: (row: StateRow) => string;
}

/** Rows of a table are always given to that table, which is what the types below forget. */
export function defineTable<K extends TableId>(definition: TableDefinition<K>): StateTable {
  const own = ({ row }: StateRow): RowTypes[K] => row as RowTypes[K];
  const { columns, facts, text, describe, plural = `${definition.noun}s`, ...rest } = definition;
  return {
    ...rest,
    plural,
    columns: columns.map(({ value, cell, ...column }) => ({
      ...column,
      value: (row) => value(own(row)),
      cell: (row, place) => cell(own(row), place),
    })),
    facts: (rows) => facts?.(rows.map(own)) ?? '',
    text: (row) => text(own(row)),
    describe: (row) => describe(own(row)),
  };
}
