import type { z } from 'zod';
import { Scenario } from '../schema/scenario.ts';
import { STEPS, type StepKind } from '../schema/steps.ts';
import { wordAt } from './cursor.ts';
import { placesOf, readDocument } from './document.ts';
import { namesOf } from './names.ts';
import { descriptionOf, expectedAt, keysAt } from './schema-at.ts';
import { headerDocumentation, headerNamed, METHODS, statusDocumentation } from './sip-words.ts';
import { typeText } from './type-text.ts';

/** Documentation of a word, and where the word is; the end is exclusive. */
export interface Hover {
  readonly markdown: string;
  readonly range: {
    readonly line: number;
    readonly column: number;
    readonly endLine: number;
    readonly endColumn: number;
  };
}

/**
 * What the word at a place means: keys and steps, methods, status codes, header fields, variables. Line and column count from 1.
 * @param language - with the options of nodes, where they are known.
 */
export function hover(
  text: string,
  line: number,
  column: number,
  language: z.ZodType = Scenario,
): Hover | undefined {
  const found = wordAt(text, line, column);
  if (found === undefined) return undefined;
  const { path, role, word, start, end } = found;
  const places = placesOf(text);
  const at = (from: number, to: number, markdown: string): Hover => {
    const { line: endLine, column: endColumn } = places.placeAt(to);
    return { markdown, range: { ...places.placeAt(from), endLine, endColumn } };
  };
  const variable = variableAt(word, places.offsetAt({ line, column }) - start);
  if (variable !== undefined) {
    const what = namesOf(readDocument(text)).variables.get(variable.name);
    const from = start + variable.index;
    return what === undefined
      ? undefined
      : at(from, from + variable.name.length, titled(variable.name, what));
  }
  const plain = word.replace(/^(["'])(.*)\1$/, '$2');
  const markdown = role === 'key' ? ofKey(path, plain, language) : ofValue(plain);
  return markdown === undefined ? undefined : at(start, end, markdown);
}

const titled = (title: string, ...lines: readonly string[]): string =>
  [`**${title}**`, ...lines.filter((one) => one !== '')].join('\n\n');

function ofKey(path: readonly (string | number)[], key: string, language: z.ZodType): string | undefined {
  const around = path.slice(0, -1);
  const expected = expectedAt(around, language);
  const schema =
    keysAt(expected, []).get(key) ?? (expected.kind === 'step' ? STEPS[key as StepKind] : undefined);
  if (schema !== undefined) return titled(key, descriptionOf(schema), `_${typeText(schema)}_`);
  const header = around.at(-1) === 'headers' ? headerNamed(key) : undefined;
  return header === undefined ? undefined : titled(header, headerDocumentation(header));
}

function ofValue(word: string): string | undefined {
  const method = METHODS[word];
  if (method !== undefined) return titled(word, method);
  const status = statusDocumentation(word);
  if (status !== undefined) return titled(word, status);
  const header = headerNamed(word);
  return header === undefined ? undefined : titled(header, headerDocumentation(header));
}

/** The name inside `${}` at an offset of a text. */
function variableAt(
  text: string,
  offset: number,
): { readonly name: string; readonly index: number } | undefined {
  for (const { index, 0: placeholder } of text.matchAll(/\$\{[^{}]*\}/g))
    for (const { index: inner, 0: name } of placeholder.matchAll(/[A-Za-z_][\w.]*/g)) {
      const from = index + inner;
      if (offset >= from && offset <= from + name.length) return { name, index: from };
    }
  return undefined;
}
