import type { CaptureStore } from '../capture-store.ts';
import type { DialogRecord } from '../store/records.ts';
import { clausesOf, type Clause, type Comparison, type Expression } from './ast.ts';
import { FilterContext } from './context.ts';
import { closest } from '../../../contract/closest.ts';
import { valuesOf, type Filter } from './filter.ts';

/** Dialogs looked at for suggestions. */
const SAMPLE = 500;
const METHODS = 3;

/**
 * Filters close to one that lets nothing through, the closest first: it without one of its conditions, each of its clauses alone, clauses
 * with the closest value there is, and the methods seen most often. Whether they match anything is for the caller to count.
 */
export function nearestFilters(
  { expression }: Filter,
  text: string,
  store: CaptureStore,
  serverName: (serverId: string) => string,
): readonly string[] {
  const sample = sampleOf(store);
  const clauses = expression ? clausesOf(expression) : [];
  const candidates = new Set([
    ...(expression ? withoutOne(expression, text) : []),
    ...clauses.map((clause) => textOf(clause, text)),
    ...clauses.flatMap(
      (clause) => withPresentValue(clause, text, sample, new FilterContext(serverName)) ?? [],
    ),
    ...commonMethods(sample).map((method) => `sip.Method == ${quoted(method)}`),
  ]);
  candidates.delete(text);
  return [...candidates];
}

function sampleOf(store: CaptureStore): readonly DialogRecord[] {
  const sample: DialogRecord[] = [];
  for (const dialog of store.dialogs.values()) {
    sample.push(dialog);
    if (sample.length === SAMPLE) break;
  }
  return sample;
}

const textOf = ({ start, end }: Clause, text: string): string => text.slice(start, end);
const quoted = (value: string): string => (/^[\w.:@/-]+$/.test(value) ? value : JSON.stringify(value));

/** `a && b` and `a && c` and `b && c` of `a && b && c`. */
function withoutOne(expression: Expression, text: string): string[] {
  if (expression.kind !== 'and') return [];
  const { parts } = expression;
  return parts.map((left) =>
    parts
      .filter((part) => part !== left)
      .map(({ start, end }) => text.slice(start, end))
      .join(' && '),
  );
}

/** The clause with a value that is there: `sip.Status-Code >= 486` for `>= 600`, `host == 10.0.0.77` for a mistyped 10.0.0.177. */
function withPresentValue(
  clause: Clause,
  text: string,
  sample: readonly DialogRecord[],
  context: FilterContext,
): string | undefined {
  if (clause.kind !== 'comparison') return undefined;
  const [value] = clause.values;
  if (!value || clause.values.length > 1) return undefined;
  const present = presentValue(clause, value.text, [...valuesOf(clause.field, sample, context)]);
  if (present === undefined || present === value.text) return undefined;
  return text.slice(clause.start, value.start) + quoted(present);
}

function presentValue(
  { operator }: Comparison,
  wanted: string,
  present: readonly (string | number)[],
): string | undefined {
  const numbers = present.filter((value) => typeof value === 'number');
  switch (operator) {
    case '==':
    case 'contains':
      return closest(wanted, present.map(String));
    case '>=':
      return numbers.length > 0 ? String(Math.max(...numbers)) : undefined;
    case '<=':
      return numbers.length > 0 ? String(Math.min(...numbers)) : undefined;
    default:
      return undefined;
  }
}

function commonMethods(sample: readonly DialogRecord[]): string[] {
  const counts = new Map<string, number>();
  for (const { method } of sample) if (method !== '') counts.set(method, (counts.get(method) ?? 0) + 1);
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return sorted.slice(0, METHODS).map(([method]) => method);
}
