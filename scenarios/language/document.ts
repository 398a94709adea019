import { type Document, parseDocument } from 'yaml';
import type { Place } from '../engine/diagnostic.ts';

/** Lines and columns of a text, counted from 1. */
export interface Places {
  placeAt(offset: number): Place;
  /** Offset of a place; places past the end of a line are its end. */
  offsetAt(place: Place): number;
}

/** A text as YAML with the places of everything in it; half-typed texts too. */
export interface TextDocument extends Places {
  readonly text: string;
  readonly yaml: Document.Parsed;
}

export function placesOf(text: string): Places {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return {
    placeAt: (offset) => {
      let [low, high] = [0, starts.length - 1];
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if ((starts[middle] ?? 0) <= offset) low = middle;
        else high = middle - 1;
      }
      return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
    },
    offsetAt: ({ line, column }) => {
      const start = starts[line - 1] ?? text.length;
      const next = starts[line];
      return Math.min(start + column - 1, next === undefined ? text.length : next - 1);
    },
  };
}

export function readDocument(text: string): TextDocument {
  return {
    text,
    yaml: parseDocument(text, { prettyErrors: false, keepSourceTokens: true }),
    ...placesOf(text),
  };
}
