import type { CaptureStore } from '../capture-store.ts';
import { clausesOf, type Expression } from './ast.ts';
import type { Filter } from './filter.ts';

/** Dialogs looked at for suggestions: the newest ones would be as good, the first ones are cheap. */
const SAMPLE = 2000;
const METHODS = 3;

/**
 * Filters close to one that lets nothing through, the closest first: it without one of its conditions, each of its clauses alone, and the
 * methods seen most often. Whether they match anything is for the caller to count.
 */
export function nearestFilters({ expression }: Filter, text: string, store: CaptureStore): readonly string[] {
  const candidates = new Set<string>();
  if (expression) {
    for (const shorter of withoutOne(expression, text)) candidates.add(shorter);
    for (const { start, end } of clausesOf(expression)) candidates.add(text.slice(start, end));
  }
  for (const method of commonMethods(store)) candidates.add(`sip.Method == ${method}`);
  candidates.delete(text);
  return [...candidates];
}

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

function commonMethods(store: CaptureStore): string[] {
  const counts = new Map<string, number>();
  let seen = 0;
  for (const { method } of store.dialogs.values()) {
    if (method !== '') counts.set(method, (counts.get(method) ?? 0) + 1);
    if (++seen === SAMPLE) break;
  }
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  return sorted.slice(0, METHODS).map(([method]) => (/^\w+$/.test(method) ? method : JSON.stringify(method)));
}
