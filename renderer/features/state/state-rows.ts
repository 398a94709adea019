import type {
  ConnectionRow,
  DialogRow,
  LookupRow,
  NodeState,
  RegistrationRow,
  SubscriptionRow,
  TransactionRow,
} from '../../../app/contract/state.ts';

/** The tables of the screen, in the order of their tabs. */
export const TABLE_IDS = [
  'registrations',
  'dialogs',
  'transactions',
  'subscriptions',
  'connections',
  'lookups',
] as const satisfies readonly (keyof NodeState)[];
export type TableId = (typeof TABLE_IDS)[number];

export interface RowTypes {
  readonly registrations: RegistrationRow;
  readonly dialogs: DialogRow;
  readonly transactions: TransactionRow;
  readonly subscriptions: SubscriptionRow;
  readonly connections: ConnectionRow;
  readonly lookups: LookupRow;
}

/** A row with the table it is of. */
export type StateRow = {
  readonly [K in TableId]: {
    readonly table: K;
    /** The same from answer to answer, as long as what it shows lives. */
    readonly key: string;
    readonly row: RowTypes[K];
  };
}[TableId];

export type RowOf<K extends TableId> = Extract<StateRow, { table: K }>;

/** What names a row from answer to answer. */
const KEYS: { readonly [K in TableId]: (row: RowTypes[K]) => string } = {
  registrations: ({ aor, contact }) => `${aor} ${contact}`,
  dialogs: ({ id }) => id,
  transactions: ({ id }) => id,
  subscriptions: ({ id }) => id,
  connections: ({ id }) => id,
  lookups: ({ atMs, target }) => `${atMs} ${target}`,
};

type Tables = { readonly [K in TableId]: { readonly rows: readonly RowTypes[K][] } };

/** The rows of one table, each with a key of its own: the second of two equals is told apart by its place. */
export function rowsOf<K extends TableId>(state: NodeState, table: K): readonly RowOf<K>[] {
  const tables: Tables = state;
  const keyOf: (row: RowTypes[K]) => string = KEYS[table];
  const seen = new Map<string, number>();
  return tables[table].rows.map((row) => {
    const key = keyOf(row);
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    return { table, key: count === 0 ? key : `${key} ${count}`, row } as unknown as RowOf<K>;
  });
}

/** What a person filters by: every word must be somewhere in the text. */
export function matches(text: string, filter: string): boolean {
  const lower = text.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => lower.includes(word));
}

export type SortValue = string | number;

const COLLATOR = new Intl.Collator('en', { numeric: true });

/** Orders two values of a column: numbers as numbers, words as people do, `2` before `10`. */
export function compareValues(a: SortValue, b: SortValue): number {
  if (a === b) return 0;
  return typeof a === 'number' && typeof b === 'number' ? a - b : COLLATOR.compare(String(a), String(b));
}
