/** A line of a CSV file. */
export interface CsvRecord {
  /** Where it begins, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

export type Csv =
  | { readonly isValid: true; readonly records: readonly CsvRecord[] }
  | { readonly isValid: false; readonly line: number; readonly message: string };

/**
 * Reads comma-separated values: fields in quotes may hold the separator, line ends and doubled quotes; empty lines are passed over, a byte order
 * mark too.
 * @rfc 4180 §2
 */
export function readCsv(text: string, separator: string): Csv {
  const records: CsvRecord[] = [];
  let at = text.startsWith('\ufeff') ? 1 : 0;
  let line = 1;
  while (at < text.length) {
    const begin = line;
    const fields: string[] = [];
    for (;;) {
      if (text[at] === '"') {
        const end = endOfQuoted(text, at);
        if (end === undefined) return { isValid: false, line, message: 'a quote is opened and never closed' };
        const quoted = text.slice(at + 1, end);
        line += quoted.split('\n').length - 1;
        fields.push(quoted.replaceAll('""', '"'));
        at = end + 1;
        if (at < text.length && text[at] !== separator && text[at] !== '\r' && text[at] !== '\n')
          return { isValid: false, line, message: 'a field goes on behind its closing quote' };
      } else {
        const end = endOfPlain(text, at, separator);
        fields.push(text.slice(at, end));
        at = end;
      }
      if (text[at] !== separator) break;
      at++;
    }
    if (text[at] === '\r') at++;
    if (text[at] === '\n') at++;
    line++;
    if (fields.length > 1 || fields[0] !== '') records.push({ line: begin, fields });
  }
  return { isValid: true, records };
}

function endOfQuoted(text: string, start: number): number | undefined {
  for (let at = start + 1; ; at += 2) {
    at = text.indexOf('"', at);
    if (at < 0) return undefined;
    if (text[at + 1] !== '"') return at;
  }
}

function endOfPlain(text: string, start: number, separator: string): number {
  let at = start;
  while (at < text.length && text[at] !== separator && text[at] !== '\r' && text[at] !== '\n') at++;
  return at;
}
