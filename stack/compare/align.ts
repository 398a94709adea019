/** Two things that belong together, or one that has no partner; `undefined` is absence. */
export interface Pair<T> {
  readonly a?: T;
  readonly b?: T;
}

/** Beyond this many cells a table of all pairs is too dear, and partners are found from both ends only. */
const MAX_CELLS = 400_000;

/**
 * Pairs two lists, keeping the order of both, so that the sum of `score` over all pairs is greatest. A score of 0 never makes a pair.
 * @param score - how much two belong together, 0 to 1; 1 is equality.
 */
export function align<T>(a: readonly T[], b: readonly T[], score: (a: T, b: T) => number): Pair<T>[] {
  const head: Pair<T>[] = [];
  const tail: Pair<T>[] = [];
  let [start, endA, endB] = [0, a.length, b.length];
  const isPair = (x: T | undefined, y: T | undefined): x is T =>
    x !== undefined && y !== undefined && score(x, y) === 1;
  for (
    let [x, y] = [a[0], b[0]];
    start < endA && start < endB && isPair(x, y);
    [x, y] = [a[start], b[start]]
  ) {
    head.push({ a: x, b: y as T });
    start += 1;
  }
  for (
    let [x, y] = [a[endA - 1], b[endB - 1]];
    endA > start && endB > start && isPair(x, y);
    [x, y] = [a[endA - 1], b[endB - 1]]
  ) {
    tail.unshift({ a: x, b: y as T });
    endA -= 1;
    endB -= 1;
  }
  return [...head, ...alignMiddle(a.slice(start, endA), b.slice(start, endB), score), ...tail];
}

function alignMiddle<T>(a: readonly T[], b: readonly T[], score: (a: T, b: T) => number): Pair<T>[] {
  if (a.length * b.length > MAX_CELLS) return [...a.map((x) => ({ a: x })), ...b.map((y) => ({ b: y }))];
  const width = b.length + 1;
  const best = new Float64Array((a.length + 1) * width);
  const scores = new Float64Array(a.length * b.length);
  const at = (i: number, j: number): number => best[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const pair = score(a[i] as T, b[j] as T);
      scores[i * b.length + j] = pair;
      best[i * width + j] = Math.max(at(i + 1, j), at(i, j + 1), pair > 0 ? pair + at(i + 1, j + 1) : 0);
    }
  }
  const pairs: Pair<T>[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    const pair = scores[i * b.length + j] ?? 0;
    if (pair > 0 && at(i, j) === pair + at(i + 1, j + 1)) pairs.push({ a: a[i++] as T, b: b[j++] as T });
    else if (at(i, j) === at(i + 1, j)) pairs.push({ a: a[i++] as T });
    else pairs.push({ b: b[j++] as T });
  }
  while (i < a.length) pairs.push({ a: a[i++] as T });
  while (j < b.length) pairs.push({ b: b[j++] as T });
  return pairs;
}
