import type { Place } from '../engine/diagnostic.ts';
import { readSippCsv } from './csv.ts';

/** A file of `-inf`, as it is given. */
export interface FieldFile {
  /** What `file=` names. */
  readonly name: string;
  readonly text: string;
}

/** A file of `-inf` as a dataset of ours: `[field0]` is its column field0. */
export interface FieldTable {
  readonly file: string;
  readonly dataset: string;
  readonly use: 'sequential' | 'random' | 'unique';
  /** All of the same length. */
  readonly rows: readonly (readonly string[])[];
  /** Columns whose fields are `[authentication ...]`: an account each. */
  readonly accounts: ReadonlyMap<number, readonly Account[]>;
}

/** Who answers a challenge. */
export interface Account {
  readonly user: string;
  readonly password: string;
}

const USES: Readonly<Record<string, FieldTable['use']>> = {
  SEQUENTIAL: 'sequential',
  RANDOM: 'random',
  USER: 'unique',
  USERS: 'unique',
};

/** More rows are left out: they stand in the scenario itself. */
const MAX_ROWS = 10_000;

const TOP: Place = { line: 1, column: 1 };

/** Reads the files. @param warn - told what of them is not kept. */
export function readFields(
  files: readonly FieldFile[],
  warn: (place: Place, message: string) => void,
): readonly FieldTable[] {
  const names = new Set<string>();
  return files.flatMap(({ name: file, text }) => {
    const { mode, rows: all } = readSippCsv(text);
    if (USES[mode] === undefined)
      warn(
        TOP,
        `${file} begins with ${mode}, not with SEQUENTIAL, RANDOM or USER: its rows are taken in order`,
      );
    if (all.length > MAX_ROWS) warn(TOP, `${file} has ${all.length} rows: the first ${MAX_ROWS} are kept`);
    if (all.length === 0) {
      warn(TOP, `${file} has no row: it is left out`);
      return [];
    }
    const kept = all.slice(0, MAX_ROWS);
    const width = Math.max(...kept.map((row) => row.length));
    const rows = kept.map((row) => [...row, ...Array<string>(width - row.length).fill('')]);
    const dataset = nameFor(file, names);
    names.add(dataset);
    return [{ file, dataset, use: USES[mode] ?? 'sequential', rows, accounts: accountsOf(rows) }];
  });
}

/** Of a file as a name of our language; no two are the same, and none is that of an actor. */
function nameFor(file: string, taken: ReadonlySet<string>): string {
  const stem = file
    .replace(/^.*[\\/]/, '')
    .replace(/\.[^.]*$/, '')
    .replace(/\W/g, '_')
    .replace(/^(?=\d|$)/, 'fields_');
  const isTaken = (name: string): boolean => taken.has(name) || ['uac', 'uas', 'peer'].includes(name);
  let name = stem;
  for (let n = 2; isTaken(name); n++) name = `${stem}_${n}`;
  return name;
}

function accountsOf(rows: readonly (readonly string[])[]): ReadonlyMap<number, readonly Account[]> {
  const columns = rows[0]?.map(
    (_, column) => [column, rows.map((row) => accountOf(row[column] ?? ''))] as const,
  );
  return new Map(
    columns?.flatMap(([column, accounts]) => {
      const found = accounts.filter((account) => account !== undefined);
      return found.length === rows.length ? [[column, found] as const] : [];
    }),
  );
}

const AUTHENTICATION = /^\s*\[authentication\s+([^\]]*)\]\s*$/;

function accountOf(field: string): Account | undefined {
  const [, parameters] = AUTHENTICATION.exec(field) ?? [];
  const given = (name: string): string | undefined =>
    new RegExp(`\\b${name}=("[^"]*"|\\S+)`).exec(parameters ?? '')?.[1]?.replace(/^"|"$/g, '');
  const [user, password] = [given('username'), given('password')];
  return user === undefined || password === undefined ? undefined : { user, password };
}

/** The columns of an account. */
export const accountColumns = (column: number): Account => ({
  user: `field${column}_user`,
  password: `field${column}_password`,
});

/** What stands under `datasets`. */
export function datasetsOf(tables: readonly FieldTable[]): Readonly<Record<string, object>> {
  return Object.fromEntries(
    tables.map(({ dataset, rows, use, accounts }) => [
      dataset,
      { ...(use !== 'sequential' && { use }), rows: rows.map((row, i) => rowOf(row, i, accounts)) },
    ]),
  );
}

const rowOf = (row: readonly string[], index: number, accounts: FieldTable['accounts']): object =>
  Object.fromEntries(
    row.flatMap((value, column): readonly (readonly [string, string])[] => {
      const account = accounts.get(column)?.[index];
      const { user, password } = accountColumns(column);
      return account === undefined
        ? [[`field${column}`, value]]
        : [
            [user, account.user],
            [password, account.password],
          ];
    }),
  );
