import type { ComparedRow } from './compared-row.ts';
import { align, type Pair } from './align.ts';
import { segmentsOf, similarity, wholly } from './segments.ts';
import { expectation } from './volatile.ts';

/** A value with its name and its place among those of the same name. */
export interface Field {
  /** What is compared: `Via`, `Request-URI`, `a=rtpmap`. */
  readonly name: string;
  readonly value: string;
  readonly index: number;
}

/** Two values this alike are versions of one; others are one removed and one added. */
const ALIKE = 0.4;

/** Likeness is dear: where there are more pairs, only equality counts. */
const MAX_LIKENESSES = 900;

export interface RowOptions {
  readonly section: ComparedRow['section'];
  readonly label: string;
  /** The name by which expected changes are known. */
  readonly name: string;
  readonly isMoved?: boolean;
}

/** The row of a pair of values. */
export function rowOf(
  { a, b }: Pair<string>,
  { section, label, name, isMoved = false }: RowOptions,
): ComparedRow {
  const base = { label, section, isExpected: false };
  if (a === undefined) return { ...base, difference: 'added', b: wholly(b ?? '', true) };
  if (b === undefined) return { ...base, difference: 'removed', a: wholly(a, true) };
  if (a === b) {
    const difference = isMoved ? 'reordered' : 'equal';
    return { ...base, difference, a: wholly(a, false), b: wholly(b, false) };
  }
  const note = expectation(name, a, b);
  return {
    ...base,
    ...segmentsOf(a, b),
    difference: 'changed',
    isExpected: note !== undefined,
    ...(note !== undefined && { note }),
  };
}

/**
 * Pairs the values of one name: equal and alike ones in order, and what is left between them one by one, so that as many values on both
 * sides are never more than changed.
 */
function pairFields(a: readonly Field[], b: readonly Field[]): Pair<Field>[] {
  const isMany = a.length * b.length > MAX_LIKENESSES;
  const score = (x: Field, y: Field): number => {
    if (isMany) return x.value === y.value ? 1 : 0;
    const alike = similarity(x.value, y.value);
    return alike >= ALIKE ? alike : 0;
  };
  const paired: Pair<Field>[] = [];
  let loose: Pair<Field>[] = [];
  const settle = (): void => {
    const removed = loose.flatMap((pair) => pair.a ?? []);
    const added = loose.flatMap((pair) => pair.b ?? []);
    const isBalanced = a.length === b.length || removed.length === added.length;
    const both = isBalanced ? Math.min(removed.length, added.length) : 0;
    for (let i = 0; i < both; i += 1) paired.push({ a: removed[i] as Field, b: added[i] as Field });
    paired.push(
      ...removed.slice(both).map((field) => ({ a: field })),
      ...added.slice(both).map((field) => ({ b: field })),
    );
    loose = [];
  };
  for (const pair of align(a, b, score)) {
    if (pair.a && pair.b) {
      settle();
      paired.push(pair);
    } else loose.push(pair);
  }
  settle();
  return paired;
}

/** Whether both lists hold the same values in another order. */
function isPermutation(a: readonly Field[], b: readonly Field[]): boolean {
  const values = (fields: readonly Field[]): string[] => fields.map(({ value }) => value);
  const [x, y] = [values(a), values(b)];
  return x.join('\n') !== y.join('\n') && x.sort().join('\n') === y.sort().join('\n');
}

/** `Via [1]`, or `Via` where there is one on either side. */
const labelOf = (name: string, index: number, isSeveral: boolean): string =>
  isSeveral ? `${name} [${index}]` : name;

/** The rows of all values of one name. */
export function rowsOfName(
  a: readonly Field[],
  b: readonly Field[],
  options: (label: string) => RowOptions,
): ComparedRow[] {
  const name = a[0]?.name ?? b[0]?.name ?? '';
  const isSeveral = a.length > 1 || b.length > 1;
  if (isPermutation(a, b)) {
    return b.map((field) =>
      rowOf(
        { a: field.value, b: field.value },
        { ...options(labelOf(name, field.index, isSeveral)), isMoved: a[field.index]?.value !== field.value },
      ),
    );
  }
  return pairFields(a, b).map((pair) => {
    const index = pair.b?.index ?? pair.a?.index ?? 0;
    return rowOf(
      { ...(pair.a && { a: pair.a.value }), ...(pair.b && { b: pair.b.value }) },
      options(labelOf(name, index, isSeveral)),
    );
  });
}
