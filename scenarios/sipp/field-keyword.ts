import type { Place } from '../engine/diagnostic.ts';
import type { ImportContext } from './context.ts';
import { accountColumns, type FieldTable } from './fields.ts';

/** `[field0]`, `[field1 file="users.csv" line=2]`: what its parameters say. */
interface Field {
  readonly column: number;
  readonly file: string | undefined;
  readonly line: string | undefined;
}

const FIELD = /^\[field(\d+)(\s[^\]]*)?\]$/;

export function readField(written: string): Field | undefined {
  const [, column, parameters = ''] = FIELD.exec(written) ?? [];
  if (column === undefined) return undefined;
  const given = (name: string): string | undefined =>
    new RegExp(`\\b${name}=("[^"]*"|\\S+)`).exec(parameters)?.[1]?.replace(/^"|"$/g, '');
  return { column: Number(column), file: given('file'), line: given('line') };
}

/** A field as a text of ours: a column of a dataset, the text itself where the line is named, a variable where no file is given. */
export function fieldText(field: Field, written: string, place: Place, context: ImportContext): string {
  const { column, line } = field;
  const table = tableOf(field, context);
  if (table === undefined) {
    if (field.file !== undefined || line !== undefined)
      context.warn(
        place,
        `${written} is of a file that is not given (--fields FILE): it is the variable field${column} here`,
      );
    return `\${${context.declare(`field${column}`)}}`;
  }
  const isThere = column < (table.rows[0]?.length ?? 0);
  if (!isThere || table.accounts.has(column)) {
    context.warn(
      place,
      isThere
        ? `${written} is an account: it can stand in a line of its own only, and is left out`
        : `${table.file} has no field${column}: it is left out`,
    );
    return '';
  }
  if (line === undefined) return `\${${table.dataset}.field${column}}`;
  const row = /^\d+$/.test(line) ? table.rows[Number(line)] : undefined;
  if (row === undefined)
    context.warn(
      place,
      `${written}: line ${line} is not in ${table.file} (they count from 0): it is left out`,
    );
  return (row?.[column] ?? '').replaceAll('${', () => "$${'\\x7b'}");
}

/** `[field1]` in a line of its own, where the field is `[authentication ...]`: the credentials of the actor. */
export function fieldAccount(line: string, context: ImportContext): object | undefined {
  const field = readField(line.trim());
  const table = field === undefined ? undefined : tableOf(field, context);
  if (field === undefined || table?.accounts.has(field.column) !== true) return undefined;
  const { user, password } = accountColumns(field.column);
  return { user: `\${${table.dataset}.${user}}`, password: `\${${table.dataset}.${password}}` };
}

/** The file that is named, else the first one. */
const tableOf = ({ file }: Field, { tables }: ImportContext): FieldTable | undefined =>
  file === undefined ? tables[0] : tables.find((table) => baseName(table.file) === baseName(file));

const baseName = (path: string): string => path.replace(/^.*[\\/]/, '');
