/** A file of `-inf`: how its lines are taken, and its rows, each in fields. */
export interface SippCsv {
  readonly mode: string;
  readonly rows: readonly (readonly string[])[];
}

/** More rows are never made of a pattern. */
const MAX_PRINTED = 100_000;

/**
 * Reads a file of `-inf`: the mode in its first line, then a row a line, fields between `;`, comments behind `#`. With `PRINTF=N` there are N rows,
 * made of the lines in turn, in which `%d` is the number of the row, times PRINTFMULTIPLE, plus PRINTFOFFSET.
 */
export function readSippCsv(text: string): SippCsv {
  const [first = '', ...lines] = text.split(/\r?\n/);
  const [mode = '', ...options] = first.split(',').map((word) => word.trim().toUpperCase());
  const written = lines
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => line.split(';'));
  const option = (name: string, usual: number): number => {
    const value = options.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1);
    return value !== undefined && /^-?\d+$/.test(value) ? Number(value) : usual;
  };
  const count = Math.min(option('PRINTF', 0), MAX_PRINTED);
  if (count <= 0 || written.length === 0) return { mode, rows: written };
  const [multiple, offset] = [option('PRINTFMULTIPLE', 1), option('PRINTFOFFSET', 0)];
  const rows = Array.from({ length: count }, (_, i) =>
    (written[i % written.length] ?? []).map((field) => printed(field, i * multiple + offset)),
  );
  return { mode, rows };
}

/** `user%03d` with a number in it. */
const printed = (field: string, value: number): string =>
  field.replace(/%%|%(0?)(\d*)d/g, (written, zero: string, width: string) =>
    written === '%%' ? '%' : String(value).padStart(Number(width), zero === '' ? ' ' : '0'),
  );
