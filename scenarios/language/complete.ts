import * as z from 'zod';
import { Scenario } from '../schema/scenario.ts';
import { STEPS } from '../schema/steps.ts';
import { type Cursor, cursorAt } from './cursor.ts';
import { readDocument } from './document.ts';
import { GENERATORS, type Names, namesOf } from './names.ts';
import {
  descriptionOf,
  type Expected,
  expectedAt,
  isDuration,
  isMethod,
  isStatus,
  keysAt,
  options,
} from './schema-at.ts';
import { HEADERS_BY_USE, headerDocumentation, METHODS, statusDocumentation, STATUSES } from './sip-words.ts';
import { keySnippet, type Layout } from './snippet.ts';
import { typeText } from './type-text.ts';

/** Something that may be written at a place. */
export interface Completion {
  readonly label: string;
  /** A snippet: `${1:180}` are places to fill in. */
  readonly insertText: string;
  readonly detail: string;
  readonly documentation: string;
  readonly kind: 'key' | 'value' | 'snippet';
  /** Columns of the line that it replaces; the end is exclusive. */
  readonly replace: { readonly startColumn: number; readonly endColumn: number };
}

type Item = Omit<Completion, 'replace'>;

/**
 * What may be written at a place of a text, half typed as it may be. Line and column count from 1.
 * @param language - with the options of nodes, where they are known.
 */
export function complete(
  text: string,
  line: number,
  column: number,
  language: z.ZodType = Scenario,
): Completion[] {
  const lineText = text.split('\n')[line - 1] ?? '';
  const inExpression = /\$\{\s*(?:[^{}]*[^\w.{}])?([\w.]*)$/.exec(lineText.slice(0, column - 1));
  if (inExpression !== null) {
    const typed = inExpression[1] ?? '';
    const names = namesOf(readDocument(text));
    const replace = { startColumn: column - typed.length, endColumn: column };
    return variableItems(names).map((item) => ({ ...item, replace }));
  }
  const cursor = cursorAt(text, line, column);
  if (cursor === undefined) return [];
  const names = namesOf(readDocument(text));
  const { startColumn, endColumn } = cursor;
  const items = cursor.role === 'key' ? keyItems(cursor, language) : valueItems(cursor, names, language);
  return items.map((item) => ({ ...item, replace: { startColumn, endColumn } }));
}

const value = (label: string, detail: string, documentation: string): Item => ({
  label,
  // A dollar begins a place to fill in.
  insertText: label.replaceAll('$', '\\$'),
  detail,
  documentation,
  kind: 'value',
});

const variableItems = (names: Names): readonly Item[] => [
  ...[...names.variables].map(([name, what]) => value(name, 'variable', what)),
  ...[...GENERATORS].map(([call, what]) => value(call, 'generator', what)),
];

function keyItems(cursor: Cursor, language: z.ZodType): readonly Item[] {
  const { path, present, hasColon, needsDash, isFlow, before } = cursor;
  const expected = expectedAt(path, language);
  // On a line of its own below `steps:` a step begins with its dash.
  const isListBelow =
    expected.kind === 'schemas' &&
    typeof path.at(-1) === 'string' &&
    expectedAt([...path, 0], language).kind === 'step';
  const dash = needsDash || isListBelow ? '- ' : '';
  const at: Expected = isListBelow ? { kind: 'step' } : expected;
  // Lines of a snippet begin where the line does that it is put into.
  const depth = before.trimStart().length + dash.length + 2;
  const layout: Layout = isFlow ? { kind: 'flow' } : { kind: 'block', indent: ' '.repeat(depth) };
  const keys = [...keysAt(at, present)].map(([key, schema]): Item => ({
    label: key,
    insertText: hasColon ? key : dash + keySnippet(key, schema, layout),
    detail: typeText(schema),
    documentation: descriptionOf(schema),
    kind: at.kind === 'step' && key in STEPS ? 'snippet' : 'key',
  }));
  const named = isHeaders(path) ? headerItems(present, hasColon) : [];
  // A list of methods or words: what is typed may be the whole item.
  const isItem = typeof path.at(-1) === 'number' && present.length === 0 && at.kind === 'schemas';
  return [...keys, ...named, ...(isItem ? plainItems(at) : [])];
}

const isHeaders = (path: Cursor['path']): boolean => path.at(-1) === 'headers';

const headerItems = (present: readonly string[], hasColon: boolean): readonly Item[] =>
  HEADERS_BY_USE.filter((name) => !present.includes(name)).map((name) => ({
    label: name,
    insertText: hasColon ? name : `${name}: $1`,
    detail: 'header',
    documentation: headerDocumentation(name),
    kind: 'key',
  }));

function valueItems({ path, before }: Cursor, names: Names, language: z.ZodType): readonly Item[] {
  const key = path.filter((part) => typeof part === 'string').at(-1) ?? '';
  const [, actor = ''] = path.map(String);
  const named = namedItems(key, actor, names);
  const at = expectedAt(path, language);
  // Behind a colon on its own line an object may begin as well, in braces.
  const space = before.endsWith(':') ? ' ' : '';
  const items = [...named, ...(at.kind === 'step' ? [] : plainItems(at))];
  return items.map((item) => ({ ...item, insertText: space + item.insertText }));
}

/** Names that the file gives itself. */
function namedItems(key: string, actor: string, names: Names): readonly Item[] {
  switch (key) {
    case 'dialog':
      return names.dialogs.map((name) => value(name, 'dialog', ''));
    case 'sync':
      return names.syncs.map((name) => value(name, 'sync', 'A point that another step has.'));
    case 'goto':
      return (names.labels.get(actor) ?? []).map((name) => value(name, 'label', ''));
    case 'in':
      return [value('message', '', 'All of it.'), value('body', '', ''), ...HEADERS_BY_USE.map(headerValue)];
    case 'capture':
      return HEADERS_BY_USE.map(headerValue);
    case 'target':
    case 'outboundProxy':
      return [
        ...names.nodes.map((name) => value(name, 'node', `The node ${name}.`)),
        ...namedItems('uri', actor, names),
      ];
    case 'uri':
    case 'to':
      return [
        ...names.actors
          .filter((name) => name !== actor)
          .map((name) => value(`sip:${name}@\${${name}}`, 'actor', `The actor ${name}.`)),
        value('${target}', 'variable', 'URI of the system under test.'),
      ];
    default:
      return [];
  }
}

const headerValue = (name: string): Item => value(name, 'header', headerDocumentation(name));

/** Values that the schemas know: words of a choice, methods, status codes, times. */
function plainItems(at: Expected): readonly Item[] {
  const schemas = at.kind === 'step' ? [] : at.schemas.flatMap((schema) => options(schema));
  const items = schemas.flatMap((schema): readonly Item[] => {
    if (isMethod(schema)) return Object.entries(METHODS).map(([name, what]) => value(name, 'method', what));
    if (isStatus(schema))
      return STATUSES.map((status) => value(status, 'status', statusDocumentation(status) ?? ''));
    if (isDuration(schema))
      return ['500 ms', '1 s', '5 s', '32 s', '1 min'].map((time) =>
        value(time, 'time', descriptionOf(schema)),
      );
    if (schema instanceof z.ZodEnum) return schema.options.map((word) => value(String(word), 'word', ''));
    if (schema instanceof z.ZodLiteral) return [...schema.values].map((word) => value(String(word), '', ''));
    if (schema instanceof z.ZodBoolean) return ['true', 'false'].map((word) => value(word, '', ''));
    if (schema instanceof z.ZodNull) return [value('null', '', descriptionOf(schema))];
    return [];
  });
  return [...new Map(items.map((item) => [item.label, item])).values()];
}
