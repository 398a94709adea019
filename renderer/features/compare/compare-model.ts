import type { ComparedRow, Comparison, DIFFERENCES, MessageSummary } from '../../../app/contract/traffic.ts';
import { formatDuration } from '../wire/index.ts';

export type Difference = (typeof DIFFERENCES)[number];

/** What of a comparison is shown. */
export interface CompareView {
  readonly shown: ReadonlySet<Difference>;
  /** Whether differences any two messages of a call have count as differences. */
  readonly hasExpected: boolean;
  /** Only this section. */
  readonly section: ComparedRow['section'] | undefined;
  /** Folds a person opened, by the index of their first row. */
  readonly opened: ReadonlySet<number>;
}

export type CompareItem =
  | {
      readonly kind: 'row';
      readonly row: ComparedRow;
      readonly index: number;
      /** Counts the differences from 0; absent for a row that is none. */
      readonly difference: number | undefined;
    }
  | {
      readonly kind: 'fold';
      /** Index of the first row folded. */
      readonly index: number;
      readonly count: number;
      readonly text: string;
    };

/** Equal rows in a row are folded from so many on. */
const FOLD_FROM = 4;
const NAMED = 4;

export function countDifferences(comparison: Comparison): Readonly<Record<Difference, number>> {
  const counts = { equal: 0, changed: 0, added: 0, removed: 0, reordered: 0 };
  for (const row of comparison.rows) counts[row.difference] += 1;
  return counts;
}

const isDifferent = (row: ComparedRow, view: CompareView): boolean =>
  row.difference !== 'equal' && (view.hasExpected || !row.isExpected);

/** Rows and folds in order. */
export function compareItems(comparison: Comparison, view: CompareView): readonly CompareItem[] {
  const items: CompareItem[] = [];
  let run: { readonly row: ComparedRow; readonly index: number }[] = [];
  let difference = 0;
  const flush = (): void => {
    const [first] = run;
    const isFolded = first !== undefined && run.length >= FOLD_FROM && !view.opened.has(first.index);
    if (first !== undefined && isFolded && !view.shown.has('equal')) {
      items.push({
        kind: 'fold',
        index: first.index,
        count: run.length,
        text: foldText(run.map((one) => one.row)),
      });
    } else {
      for (const { row, index } of run) items.push({ kind: 'row', row, index, difference: undefined });
    }
    run = [];
  };
  comparison.rows.forEach((row, index) => {
    if (view.section !== undefined && row.section !== view.section) return;
    const previous = run.at(-1);
    if (previous !== undefined && previous.row.section !== row.section) flush();
    if (!isDifferent(row, view)) {
      run.push({ row, index });
      return;
    }
    if (!view.shown.has(row.difference)) return;
    flush();
    items.push({ kind: 'row', row, index, difference });
    difference += 1;
  });
  flush();
  return items;
}

function foldText(rows: readonly ComparedRow[]): string {
  const [first] = rows;
  const kind = first?.section === 'body' ? 'equal lines of the body' : 'equal headers';
  const names = [...new Set(rows.map((row) => row.label))];
  const more = names.length > NAMED ? `, ${String(names.length - NAMED)} more` : '';
  return `${String(rows.length)} ${kind}: ${names.slice(0, NAMED).join(', ')}${more}`;
}

/** One sentence on all differences: what the protocol explains needs nobody. */
export function verdictOf(comparison: Comparison): { readonly isFine: boolean; readonly text: string } {
  const differences = comparison.rows.filter((row) => row.difference !== 'equal');
  const odd = differences.filter((row) => !row.isExpected).length;
  if (differences.length === 0)
    return { isFine: true, text: 'The two messages are equal, octet for octet in every field.' };
  const { a, b } = comparison;
  if (odd > 0 && (a.kind !== b.kind || a.method !== b.method || a.status !== b.status)) {
    return { isFine: false, text: `Two different messages, with ${String(differences.length)} differences.` };
  }
  if (odd === 0) {
    return {
      isFine: true,
      text:
        differences.length === 1
          ? 'The one difference is one any two messages of a call have.'
          : `All ${String(differences.length)} differences are such as any two messages of a call have.`,
    };
  }
  return {
    isFine: false,
    text: `${String(odd)} of ${String(differences.length)} ${differences.length === 1 ? 'difference is' : 'differences are'} not explained by the protocol.`,
  };
}

/** How the two belong together: `same transaction, 2 ms apart`. */
export function relationOf({ a, b }: Pick<Comparison, 'a' | 'b'>): string {
  const isSameRequest = a.cseq === b.cseq && a.method === b.method;
  const kin =
    a.dialogId !== b.dialogId ? 'different dialogs' : isSameRequest ? 'same transaction' : 'same dialog';
  return `${kin}, ${formatDuration(Math.abs(b.atMs - a.atMs))} apart`;
}

const textOf = (segments: ComparedRow['a']): string | undefined => segments?.map((s) => s.text).join('');

const cell = (text: string | undefined): string =>
  text === undefined ? '*not present*' : `\`${text.replaceAll('|', '\\|').replaceAll('`', "'")}\``;

const nameOf = (message: MessageSummary): string =>
  message.kind === 'response'
    ? `${String(message.status ?? 0)} ${message.reason ?? ''}`.trim()
    : message.method;

/** The differences as a table for a ticket or a chat. */
export function toMarkdown(comparison: Comparison): string {
  const { a, b } = comparison;
  const head = [
    `| | A: ${nameOf(a)} ${a.source} → ${a.destination} | B: ${nameOf(b)} ${b.source} → ${b.destination} |`,
    '|---|---|---|',
  ];
  const rows = comparison.rows
    .filter((row) => row.difference !== 'equal')
    .map((row) => `| ${row.label} (${row.difference}) | ${cell(textOf(row.a))} | ${cell(textOf(row.b))} |`);
  return [...head, ...rows, ''].join('\n');
}
