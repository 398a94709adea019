import { printable } from './printable.ts';

/** Rows below their titles, each column as wide as its widest cell, two spaces between. Cells are shown as they can be printed. */
export function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [titles, ...rows].map((row) => row.map((cell) => printable(cell)));
  const widths = titles.map((_title, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0)));
  return cells
    .map((row) => `  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd())
    .join('\n');
}
