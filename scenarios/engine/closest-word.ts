import { closest as nearest, distance } from 'fastest-levenshtein';

/** The known word nearest to `typed`, if it is close enough to be meant: a third of its letters may be wrong. */
export function closest(typed: string, candidates: Iterable<string>): string | undefined {
  const words = [...candidates];
  if (words.length === 0) return undefined;
  const swapped = words.find((word) => isSwapped(typed, word));
  if (swapped !== undefined) return swapped;
  const found = nearest(typed, words);
  return distance(typed, found) <= Math.max(1, Math.floor(typed.length / 3)) ? found : undefined;
}

/** Whether two letters that are neighbours have changed places: the commonest slip, which counts as two wrong letters otherwise. */
function isSwapped(a: string, b: string): boolean {
  const at = [...a].findIndex((letter, i) => letter !== b[i]);
  return (
    at !== -1 &&
    a.length === b.length &&
    a[at] === b[at + 1] &&
    a[at + 1] === b[at] &&
    a.slice(at + 2) === b.slice(at + 2)
  );
}

/** Ends a sentence about a word that is not known. */
export const meantHint = (word: string | undefined): string =>
  word === undefined ? '' : `; did you mean ${word}?`;

/** The word that {@link meantHint} put at the end of a sentence. */
export const meantIn = (sentence: string): string | undefined =>
  /; did you mean (\S+)\?$/.exec(sentence)?.[1];
