import { isMap, isNode, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import type { Diagnostic, Place } from './diagnostic.ts';

export type Path = readonly (string | number)[];

/** A scenario file as data, with the place of every value. */
export interface Source {
  readonly value: unknown;
  readonly errors: readonly Diagnostic[];
  /** Where the value of a path stands; of one that is not there, the nearest around it. @param isKey - where its key stands. */
  placeOf(path: Path, isKey?: boolean): Place;
}

/** `actors.alice.steps[2].expect` */
export const pathText = (path: Path): string =>
  path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('');

/** Aliases that may be followed: more is a bomb. */
const MAX_ALIASES = 100;

/** Reads YAML or JSON, which is YAML. */
export function readSource(text: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  return sourceOf(document, (offset) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  });
}

/** The same of a text that is parsed already. @param at - the place of an offset in it. */
export function sourceOf(document: Document, at: (offset: number) => Place): Source {
  const problem = (severity: Diagnostic['severity'], offset: number, message: string): Diagnostic => ({
    severity,
    message,
    path: '',
    ...at(offset),
  });
  const errors = document.errors.map(({ message, pos }) =>
    problem('error', pos[0], message.split('\n')[0] ?? message),
  );
  let value: unknown;
  if (errors.length === 0)
    try {
      value = document.toJS({ maxAliasCount: MAX_ALIASES });
    } catch (bomb) {
      errors.push(problem('error', 0, bomb instanceof Error ? bomb.message : String(bomb)));
    }
  return { value, errors, placeOf: (path, isKey = false) => at(offsetOf(document, path, isKey)) };
}

function offsetOf(document: Document, path: Path, isKey: boolean): number {
  for (let length = path.length; length >= 0; length--) {
    const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (!isNode(node) || node.range == null) continue;
    const parent: unknown = length <= 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    if (isKey && length > 0 && isMap(parent)) {
      const pair = parent.items.find(({ key }) => isScalar(key) && key.value === path[length - 1]);
      if (isScalar(pair?.key) && pair.key.range != null) return pair.key.range[0];
    }
    return node.range[0];
  }
  return 0;
}
