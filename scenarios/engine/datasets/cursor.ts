import type { Ids } from '../../../stack/core/ids.ts';
import type { RowValues, Value } from '../expression.ts';

/** A dataset with its rows read. */
export interface ProgramDataset {
  /** What expressions call it: `users` in `${users.name}`. */
  readonly name: string;
  /** What people call it: its file, else its name. */
  readonly title: string;
  readonly columns: readonly string[];
  /** Values in the order of the columns. */
  readonly rows: readonly (readonly Value[])[];
  readonly use: 'sequential' | 'random' | 'unique';
}

/** One row of a dataset. */
export interface DatasetRow {
  /** What people call the dataset. */
  readonly title: string;
  /** From 1; the line with the names of the columns does not count. */
  readonly number: number;
  readonly values: RowValues;
}

/** The row of each dataset that a run is about, by the name of the dataset. */
export type Rows = ReadonlyMap<string, DatasetRow>;

/** `row 17 of users.csv: alice17` */
export const rowName = ({ title, number, values }: DatasetRow): string =>
  `row ${number} of ${title}: ${String(Object.values(values)[0] ?? '')}`;

/** Which rows somebody takes who shares them with others: the one at `first`, counted from 0, and every so many after it. */
export interface RowShare {
  readonly first?: number;
  readonly every?: number;
}

/** Gives one row of a dataset after the other, as its `use` says. */
export class DatasetCursor {
  readonly #dataset: ProgramDataset;
  readonly #ids: Pick<Ids, 'chance'>;
  readonly #every: number;
  #next: number;

  /** @param ids - chance of `random`: the same seed gives the same rows. */
  constructor(dataset: ProgramDataset, ids: Pick<Ids, 'chance'>, { first = 0, every = 1 }: RowShare = {}) {
    this.#dataset = dataset;
    this.#ids = ids;
    this.#next = first;
    this.#every = every;
  }

  /** @returns undefined when every row was used and none may be used twice. */
  next(): DatasetRow | undefined {
    const { rows, use } = this.#dataset;
    if (use === 'unique' && this.#next >= rows.length) return undefined;
    const index = use === 'random' ? Math.floor(this.#ids.chance() * rows.length) : this.#next % rows.length;
    this.#next += this.#every;
    return this.#row(index);
  }

  #row(index: number): DatasetRow {
    const { title, columns, rows } = this.#dataset;
    const fields = rows[index] ?? [];
    const values = Object.fromEntries(columns.map((column, i) => [column, fields[i] ?? '']));
    return { title, number: index + 1, values };
  }
}

/** Why there are no rows for a run. */
export interface Exhausted {
  readonly reason: string;
}

/** Draws the rows of one run, or of one call, after the other: one of each dataset. */
export class RowSource {
  readonly #cursors: readonly { readonly dataset: ProgramDataset; readonly cursor: DatasetCursor }[];

  constructor(datasets: readonly ProgramDataset[], ids: Pick<Ids, 'chance'>, share?: RowShare) {
    this.#cursors = datasets.map((dataset) => ({ dataset, cursor: new DatasetCursor(dataset, ids, share) }));
  }

  next(): Rows | Exhausted {
    const drawn = new Map<string, DatasetRow>();
    for (const { dataset, cursor } of this.#cursors) {
      const row = cursor.next();
      if (row === undefined)
        return {
          reason: `${dataset.title} has ${dataset.rows.length} rows, each is used once, and all are used`,
        };
      drawn.set(dataset.name, row);
    }
    return drawn;
  }
}

/** The rows of one run after the other; ends when there were enough, or with the reason why there are no more. */
export function* drawRows(
  datasets: readonly ProgramDataset[],
  ids: Pick<Ids, 'chance'>,
  runs: number,
): Generator<Rows | Exhausted> {
  const source = new RowSource(datasets, ids);
  for (let n = 0; n < runs; n++) {
    const rows = source.next();
    yield rows;
    if ('reason' in rows) return;
  }
}

/** How many runs it takes until every row was used. */
export const allRows = (datasets: readonly ProgramDataset[]): number =>
  Math.max(1, ...datasets.map(({ rows }) => rows.length));
