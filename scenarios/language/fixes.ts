import { isMap, isNode, isScalar, type Pair, type YAMLMap } from 'yaml';
import * as z from 'zod';
import { closest, meantIn } from '../engine/closest-word.ts';
import type { Path } from '../engine/source.ts';
import { SCENARIO_VERSION } from '../schema/scenario.ts';
import type { RangedDiagnostic } from './ranged-diagnostic.ts';
import type { TextDocument } from './document.ts';
import { bare, branches } from './nested-steps.ts';
import { expectedAt, options } from './schema-at.ts';
import { keySnippet } from './snippet.ts';
import { keyOf, valueOf } from './step-nodes.ts';

/** A replacement of one stretch of a text. Lines and columns count from 1; the end is exclusive. */
export interface TextEdit {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly text: string;
}

/** A way out of a finding. */
export interface Fix {
  /** `Change expct to expect` */
  readonly title: string;
  readonly edit: TextEdit;
}

/** What would mend a finding: the nearest word, what is missing, the declaration of a variable. None where nothing is obvious. */
export function fixesFor(finding: RangedDiagnostic, document: TextDocument): readonly Fix[] {
  if (document.yaml.errors.length > 0) return [];
  const path = pathOf(finding.path);
  return [
    ...nearestWord(finding, document),
    ...otherValue(finding, path, document),
    ...missingKey(path, document),
    ...declaration(finding, document),
    ...firstActor(path, document),
  ];
}

/** `actors.alice.steps[2].expect` */
const pathOf = (text: string): Path =>
  [...text.matchAll(/\[(\d+)\]|[^.[\]]+/g)].map(([part, index]) =>
    index === undefined ? part : Number(index),
  );

/** The word that the finding suggests, in place of the one it is about. */
function nearestWord(finding: RangedDiagnostic, document: TextDocument): readonly Fix[] {
  const meant = meantIn(finding.message);
  if (meant === undefined) return [];
  const start = document.offsetAt(finding);
  const end = document.offsetAt({ line: finding.endLine, column: finding.endColumn });
  // The finding may be about a word in a longer text: it names that word.
  for (const word of finding.message.split(/[^\w-]+/).reverse()) {
    const at = new RegExp(`(?<![\\w-])${word}(?![\\w-])`).exec(document.text.slice(start, end))?.index;
    if (word === '' || word === meant || at === undefined) continue;
    const from = start + at;
    return [
      replaced(
        `Change ${word} to ${meant}`,
        document.placeAt(from),
        document.placeAt(from + word.length),
        meant,
      ),
    ];
  }
  return [];
}

/** Of a choice of words the one that is nearest; of the version the one there is. */
function otherValue(finding: RangedDiagnostic, path: Path, document: TextDocument): readonly Fix[] {
  const node: unknown = document.yaml.getIn(path, true);
  const at = expectedAt(path);
  if (!isScalar(node) || node.range == null || at.kind !== 'schemas') return [];
  const given = String(node.value);
  const words = at.schemas
    .flatMap(options)
    .flatMap((schema) =>
      schema instanceof z.ZodEnum
        ? schema.options.map(String)
        : path.length === 1 && schema instanceof z.ZodLiteral
          ? [...schema.values].map(String)
          : [],
    );
  if (words.length === 0 || words.includes(given)) return [];
  const best = closest(given, words) ?? (words.length === 1 ? words[0] : undefined);
  if (best === undefined || meantIn(finding.message) !== undefined) return [];
  const [start, end] = node.range;
  return [replaced(`Change ${given} to ${best}`, document.placeAt(start), document.placeAt(end), best)];
}

/** A key that has to be there and is not, before the first of those that come after it in the language. */
function missingKey(path: Path, document: TextDocument): readonly Fix[] {
  const key = path.at(-1);
  const parent: unknown =
    path.length === 1 ? document.yaml.contents : document.yaml.getIn(path.slice(0, -1), true);
  if (typeof key !== 'string' || !isMap(parent) || valueOf(parent, key) !== undefined) return [];
  const at = expectedAt(path.slice(0, -1));
  const shapes = (at.kind === 'schemas' ? at.schemas : [])
    .flatMap(branches)
    .flatMap((schema) =>
      schema instanceof z.ZodObject ? [schema.shape as Readonly<Record<string, z.ZodType>>] : [],
    );
  const shape = shapes.find((one) => one[key]?.safeParse(undefined).success === false);
  const schema = shape?.[key];
  if (shape === undefined || schema === undefined) return [];
  const keys = Object.keys(shape);
  const next = parent.items.find((pair) => keys.indexOf(keyOf(pair)) > keys.indexOf(key));
  return insertion(`Insert ${key}`, parent, next, (isFlow) => pairText(key, schema, isFlow), document);
}

/** What stands for a key when it is inserted. */
function pairText(key: string, schema: z.ZodType, isFlow: boolean): string {
  if (key === 'version') return `version: ${SCENARIO_VERSION}`;
  if (key === 'actors' && !isFlow) return 'actors:\n  alice:\n    steps: []';
  const snippet = keySnippet(key, schema, isFlow ? { kind: 'flow' } : { kind: 'block', indent: '  ' });
  const plain = snippet.replace(/\$\{\d+[:|]([^|},]*)[^}]*\}/g, '$1').replace(/\$\d+/g, '');
  // A text needs something to stand there: its own name says what is to be written.
  return bare(schema) instanceof z.ZodString ? `${key}: ${key}` : plain.trimEnd();
}

/** A variable of the file for one that is declared nowhere. */
function declaration({ message }: RangedDiagnostic, document: TextDocument): readonly Fix[] {
  const name = /^(\w+) is declared nowhere/.exec(message)?.[1];
  const root = document.yaml.contents;
  if (name === undefined || !isMap(root)) return [];
  const variables = valueOf(root, 'variables');
  const title = `Declare the variable ${name}`;
  const quotes = document.text.trimStart().startsWith('{') ? '""' : "''";
  if (isMap(variables) && variables.items.length > 0)
    return insertion(title, variables, undefined, () => `${name}: ${quotes}`, document);
  if (variables !== undefined) return [];
  const next = root.items.find((pair) => ['datasets', 'runs', 'timeout', 'actors'].includes(keyOf(pair)));
  return insertion(
    title,
    root,
    next,
    (isFlow) => (isFlow ? `variables: { ${name}: ${quotes} }` : `variables:\n  ${name}: ${quotes}`),
    document,
  );
}

/** A scenario without anybody gets one actor. */
function firstActor(path: Path, document: TextDocument): readonly Fix[] {
  const actors: unknown = document.yaml.getIn(['actors'], true);
  if (path.length !== 1 || path[0] !== 'actors' || !isMap(actors) || actors.items.length > 0) return [];
  const [start, end] = actors.range ?? [0, 0];
  const flow = document.text.trimStart().startsWith('{')
    ? '{ "alice": { "steps": [] } }'
    : '{ alice: { steps: [] } }';
  return [replaced('Add the actor alice', document.placeAt(start), document.placeAt(end), flow)];
}

/** @param next - the pair before which it goes; behind the last one when undefined. */
function insertion(
  title: string,
  map: YAMLMap,
  next: Pair | undefined,
  written: (isFlow: boolean) => string,
  document: TextDocument,
): readonly Fix[] {
  const isFlow = map.flow === true;
  // JSON has its keys in quotes.
  const isJson = isFlow && /^\{\s*"/.test(document.text.slice(startOf(map)));
  const plain = written(isFlow);
  const what = isJson ? plain.replaceAll(/(\w+):/g, '"$1":') : plain;
  if (isFlow) {
    const offset = next === undefined ? startOf(map) + 1 : startOf(next.key);
    const isEmpty = map.items.length === 0;
    const place = document.placeAt(offset);
    return [
      replaced(title, place, place, next !== undefined ? `${what}, ` : isEmpty ? ` ${what} ` : ` ${what},`),
    ];
  }
  const before = next ?? map.items[0];
  if (before === undefined) return [];
  const place = document.placeAt(startOf(before.key));
  const indent = ' '.repeat(place.column - 1);
  return [replaced(title, place, place, `${what.replaceAll('\n', `\n${indent}`)}\n${indent}`)];
}

const startOf = (node: unknown): number => (isNode(node) ? node.range?.[0] : undefined) ?? 0;

const replaced = (
  title: string,
  { line, column }: Pick<TextEdit, 'line' | 'column'>,
  end: Pick<TextEdit, 'line' | 'column'>,
  text: string,
): Fix => ({ title, edit: { line, column, endLine: end.line, endColumn: end.column, text } });
