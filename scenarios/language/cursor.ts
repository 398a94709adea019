import { isMap, isPair, isScalar, isSeq, parseDocument, visit } from 'yaml';
import type { Path } from '../engine/source.ts';
import { placesOf } from './document.ts';
import { keyOf } from './step-nodes.ts';

/** Where somebody types in a text. */
export interface Cursor {
  /** Of the map a key is typed in, or of the value that is typed. */
  readonly path: Path;
  readonly role: 'key' | 'value';
  /** Keys that the map has already. */
  readonly present: readonly string[];
  /** There is a colon behind the key already. */
  readonly hasColon: boolean;
  /** Inside braces or brackets. */
  readonly isFlow: boolean;
  /** A list item begins here, and its dash is not typed yet. */
  readonly needsDash: boolean;
  /** Column of what is typed, from 1, and where it ends. */
  readonly startColumn: number;
  readonly endColumn: number;
  /** What stands before it on its line. */
  readonly before: string;
}

/** Stands for what is typed while the text around it is read. */
const MARKER = 'zqCURSORqz';
const WORD_BEFORE = /[\w.*%-]*$/;
const WORD_AFTER = /^[\w.*%-]*/;

/** Reads a text with a word where the cursor is: that word shows in which map, list or value it stands, however little of the rest is typed. */
export function cursorAt(text: string, line: number, column: number): Cursor | undefined {
  const places = placesOf(text);
  const lineStart = places.offsetAt({ line, column: 1 });
  const offset = places.offsetAt({ line, column });
  const typed = WORD_BEFORE.exec(text.slice(lineStart, offset))?.[0] ?? '';
  const start = offset - typed.length;
  const end = offset + (WORD_AFTER.exec(text.slice(offset))?.[0] ?? '').length;
  const before = text.slice(lineStart, start);
  const rest = /^[^\n]*/.exec(text.slice(end))?.[0] ?? '';
  const hasColon = /^\s*:(\s|$)/.test(rest);
  const isBlockKey = /^\s*(- +)*$/.test(before);
  const needsDash = isBlockKey && !before.includes('-') && isBesideItems(text, lineStart, before.length);
  const place = { startColumn: start - lineStart + 1, endColumn: end - lineStart + 1, before, hasColon };
  // Right behind a colon it would be part of the key.
  const dash = needsDash ? '- ' : before.endsWith(':') ? ' ' : '';
  const variants =
    isBlockKey && !hasColon ? [`${dash}${MARKER}: `, `${dash}${MARKER}`] : [`${dash}${MARKER}`];
  for (const variant of variants) {
    // What else stands on the line of a key that is begun is no part of it.
    const after = isBlockKey && !hasColon ? text.slice(end + rest.length) : text.slice(end);
    const found = find(text.slice(0, start) + variant + after);
    if (found !== undefined) return { ...found, ...place, needsDash };
  }
  return undefined;
}

/** Whether the nearest line above that is indented no deeper begins an item at the same column. */
function isBesideItems(text: string, lineStart: number, column: number): boolean {
  const above = text.slice(0, lineStart).split('\n').reverse();
  const nearest = above.find(
    (one) => one.trim() !== '' && !one.trim().startsWith('#') && one.search(/\S/) <= column,
  );
  return nearest !== undefined && nearest.search(/\S/) === column && nearest.trimStart().startsWith('- ');
}

function find(text: string): Pick<Cursor, 'path' | 'role' | 'present' | 'isFlow'> | undefined {
  const document = parseDocument(text, { prettyErrors: false });
  let found: Pick<Cursor, 'path' | 'role' | 'present' | 'isFlow'> | undefined;
  visit(document, {
    Scalar: (key, node, ancestors) => {
      if (typeof node.value !== 'string' || !node.value.includes(MARKER)) return undefined;
      const path = pathTo(key === 'key' ? ancestors.slice(0, -1) : ancestors, node);
      const collections = ancestors.filter((ancestor) => isMap(ancestor) || isSeq(ancestor));
      const map = collections.at(-1);
      found = {
        path,
        role: key === 'key' ? 'key' : 'value',
        present:
          key === 'key' && isMap(map) ? map.items.map(keyOf).filter((one) => !one.includes(MARKER)) : [],
        isFlow: collections.some(({ flow }) => flow === true),
      };
      return visit.BREAK;
    },
  });
  return found;
}

/** The path of a node below others. */
export function pathTo(ancestors: readonly unknown[], node: unknown): Path {
  const path: (string | number)[] = [];
  ancestors.forEach((ancestor, i) => {
    if (isPair(ancestor)) path.push(keyOf(ancestor));
    else if (isSeq(ancestor)) path.push(ancestor.items.indexOf(ancestors[i + 1] ?? node));
  });
  return path;
}

/** The word of a scenario at a place, for hover; undefined between words. */
export interface WordAt {
  readonly path: Path;
  readonly role: 'key' | 'value';
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

export function wordAt(text: string, line: number, column: number): WordAt | undefined {
  const offset = placesOf(text).offsetAt({ line, column });
  const document = parseDocument(text, { prettyErrors: false });
  let found: WordAt | undefined;
  visit(document, {
    Scalar: (key, node, ancestors) => {
      const [start = 0, end = 0] = node.range ?? [];
      if (offset < start || offset > end || !isScalar(node)) return undefined;
      const path = pathTo(ancestors, node);
      found = { path, role: key === 'key' ? 'key' : 'value', word: text.slice(start, end), start, end };
      return visit.BREAK;
    },
  });
  return found;
}
