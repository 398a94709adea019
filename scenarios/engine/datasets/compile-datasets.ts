import type { Dataset } from '../../schema/dataset.ts';
import type { Complain } from '../complain.ts';
import type { Value } from '../expression.ts';
import type { ReadFile } from '../read-file.ts';
import type { Path } from '../source.ts';
import { readCsv } from './csv.ts';
import type { ProgramDataset } from './cursor.ts';

const COLUMN = /^[A-Za-z_]\w*$/;

/** Reads the rows of every dataset of a file, and complains about those that cannot be used. */
export function compileDatasets(
  datasets: Readonly<Record<string, Dataset>>,
  readFile: ReadFile,
  complain: Complain,
): readonly ProgramDataset[] {
  return Object.entries(datasets).flatMap(([name, dataset]) => {
    const path = ['datasets', name];
    const read =
      dataset.file === undefined
        ? ofRows(name, dataset, path, complain)
        : ofFile(name, dataset.file, dataset, readFile, [...path, 'file'], complain);
    return read === undefined ? [] : [read];
  });
}

function ofRows(
  name: string,
  { rows = [], use }: Dataset,
  path: Path,
  complain: Complain,
): ProgramDataset | undefined {
  const columns = Object.keys(rows[0] ?? {});
  let isGood = true;
  const values = rows.map((row, i): readonly Value[] => {
    const missing = columns.find((column) => !(column in row));
    const extra = Object.keys(row).find((column) => !columns.includes(column));
    if (missing !== undefined || extra !== undefined) {
      complain(
        [...path, 'rows', i],
        missing === undefined
          ? `the first row has no column ${extra ?? ''}`
          : `this row has no ${missing}, which the first row has`,
      );
      isGood = false;
    }
    return columns.map((column) => row[column] ?? '');
  });
  return isGood ? { name, title: name, columns, rows: values, use } : undefined;
}

function ofFile(
  name: string,
  file: string,
  { columns: given, separator = ',', use }: Dataset,
  readFile: ReadFile,
  path: Path,
  complain: Complain,
): ProgramDataset | undefined {
  const read = readFile(file);
  if ('reason' in read) {
    complain(path, `${file} cannot be read: ${read.reason}`, false, { isUnread: true });
    return undefined;
  }
  const csv = readCsv(read.text, separator);
  if (!csv.isValid) {
    complain(path, `${file}, line ${csv.line}: ${csv.message}`);
    return undefined;
  }
  const [first, ...rest] = csv.records;
  const columns = given ?? first?.fields.map((field) => field.trim()) ?? [];
  const records = given === undefined ? rest : csv.records;
  const bad = columns.find((column, i) => !COLUMN.test(column) || columns.indexOf(column) !== i);
  const defect =
    bad !== undefined
      ? `line ${first?.line ?? 1}: ${JSON.stringify(bad)} is no name of a column, or it is there twice; names have letters, digits and _`
      : records.length === 0
        ? 'there is no row in it'
        : lengthDefect(records, columns.length);
  if (defect !== undefined) {
    complain(path, `${file}, ${defect}`);
    return undefined;
  }
  const title = file.split('/').at(-1) ?? file;
  return { name, title, columns, rows: records.map(({ fields }) => fields), use };
}

function lengthDefect(
  records: readonly { readonly line: number; readonly fields: readonly string[] }[],
  columns: number,
): string | undefined {
  const odd = records.find(({ fields }) => fields.length !== columns);
  return odd === undefined
    ? undefined
    : `line ${odd.line}: expected ${columns} fields, got ${odd.fields.length}`;
}
