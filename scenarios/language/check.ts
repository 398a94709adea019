import { visit } from 'yaml';
import { compile } from '../engine/compile.ts';
import { allRows } from '../engine/datasets/cursor.ts';
import type { Diagnostic } from '../engine/diagnostic.ts';
import type { NodeRules } from '../engine/nodes/node-rules.ts';
import { NO_FILES, type ReadFile } from '../engine/read-file.ts';
import { sourceOf } from '../engine/source.ts';
import { type Fix, fixesFor } from './fixes.ts';
import { placesOf, readDocument, type TextDocument } from './document.ts';
import { type Outline, outlineOf } from './outline.ts';
import type { RangedDiagnostic } from './ranged-diagnostic.ts';
import { undeclared } from './undeclared.ts';

export interface Checked {
  /** In the order of the text, each with what would mend it. */
  readonly diagnostics: (RangedDiagnostic & { readonly fixes: Fix[] })[];
  /** Undefined when there is nothing in the text that could be a scenario. */
  readonly outline: Outline | undefined;
  /** How many runs it takes until every row of its datasets was used; undefined without datasets, and of what cannot run. */
  readonly rows: number | undefined;
}

/**
 * What is wrong with a text and what stands in it.
 * @param readFile - gives the files that it names; without it nothing is said about them.
 * @param nodeRules - what is known of nodes; without it nothing is said about their options.
 */
export function check(text: string, readFile?: ReadFile, nodeRules?: NodeRules): Checked {
  const document = readDocument(text);
  const source = sourceOf(document.yaml, (offset) => document.placeAt(offset));
  const compiled = compile(text, readFile ?? NO_FILES, nodeRules, source);
  const all = compiled.isValid ? compiled.warnings : compiled.diagnostics;
  const found = readFile === undefined ? all.filter(({ isUnread }) => isUnread !== true) : all;
  const { datasets } = compiled.isValid ? compiled.program : { datasets: [] };
  return {
    diagnostics: [...ranged(found, document), ...undeclared(document)]
      .sort((a, b) => a.line - b.line || a.column - b.column)
      .map((finding) => ({ ...finding, fixes: [...fixesFor(finding, document)] })),
    outline: outlineOf(document),
    rows: datasets.length === 0 ? undefined : allRows(datasets),
  };
}

/** Where findings end: with the word that stands where they begin, else with their line. */
export function ranged(found: readonly Diagnostic[], { text, yaml }: TextDocument): RangedDiagnostic[] {
  if (found.length === 0) return [];
  const ends = new Map<number, number>();
  visit(yaml, {
    Scalar: (_, { range }) => {
      if (range != null) ends.set(range[0], range[1]);
    },
  });
  return rangedBy(found, text, (start) => ends.get(start));
}

/** Findings in a text that is no YAML: each ends with its line. */
export const rangedToLineEnd = (found: readonly Diagnostic[], text: string): RangedDiagnostic[] =>
  rangedBy(found, text, () => undefined);

function rangedBy(
  found: readonly Diagnostic[],
  text: string,
  endOfWord: (start: number) => number | undefined,
): RangedDiagnostic[] {
  const places = placesOf(text);
  return found.map((finding) => {
    const start = places.offsetAt(finding);
    const end = places.placeAt(Math.max(endOfWord(start) ?? endOfLine(text, start), start));
    const { line, column } = finding;
    // A marker as wide as a character shows at least.
    const isShown = end.line > line || end.column > column;
    return { ...finding, endLine: isShown ? end.line : line, endColumn: isShown ? end.column : column + 1 };
  });
}

function endOfLine(text: string, start: number): number {
  const end = text.indexOf('\n', start);
  const line = text.slice(start, end === -1 ? text.length : end);
  return start + line.replace(/\s+(#.*)?$/, '').length;
}
