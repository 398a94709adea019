import { Document, isMap, isSeq, parseDocument } from 'yaml';
import { closest, meantHint } from '../engine/closest-word.ts';
import { STEP_KINDS } from '../schema/steps.ts';
import { keyOf } from './step-nodes.ts';

/** An edit that cannot be made; the message is one sentence. */
export class EditError extends Error {
  override readonly name = 'EditError' as const;
}

/** Steps as somebody wrote them, ready to be put into a list. */
export interface StepText {
  readonly values: readonly unknown[];
  /** Lines of a block list at this indentation, without a newline at the end. */
  block(indent: string): string;
  /** The lines of the only step, without the dash; all but the first are indented. */
  single(indent: string): string;
  /** In one line, as items of a flow list. */
  flow(style: 'yaml' | 'json'): string;
}

/** Reads one step, or a list of them. @throws EditError when it is none */
export function readSteps(yaml: string): StepText {
  const document = parseDocument(yaml, { prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) throw new EditError(`This step is no YAML: ${firstLine(error.message)}.`);
  const { contents } = document;
  const items = isSeq(contents) ? contents.items : [contents];
  for (const item of items) checkStep(item);
  const values = items.map((item) => (isMap(item) ? (item.toJS(document) as unknown) : undefined));
  const lines = dedented(yaml);
  const isBlockList = isSeq(contents) && contents.flow !== true;
  return {
    values,
    block: (indent) => {
      if (isBlockList) return indented(lines, indent, indent);
      if (!isSeq(contents)) return indented(lines, `${indent}- `, `${indent}  `);
      return values.map((value) => `${indent}- ${inFlow(value, 'yaml')}`).join('\n');
    },
    single: (indent) => {
      if (values.length !== 1) throw new EditError('One step is replaced by one step.');
      return isSeq(contents) ? inFlow(values[0], 'yaml') : indented(lines, '', indent);
    },
    flow: (style) => values.map((value) => inFlow(value, style)).join(', '),
  };
}

function checkStep(item: unknown): void {
  if (!isMap(item) || item.items.length === 0)
    throw new EditError('A step is a word with what belongs to it, such as expect: 180.');
  const keys = item.items.map(keyOf);
  if (keys.some((key) => (STEP_KINDS as readonly string[]).includes(key))) return;
  const [key = ''] = keys;
  throw new EditError(`There is no step ${key}${meantHint(closest(key, STEP_KINDS)) || '.'}`);
}

export const firstLine = (message: string): string => (message.split('\n')[0] ?? message).replace(/\.$/, '');

const inFlow = (value: unknown, style: 'yaml' | 'json'): string =>
  style === 'json'
    ? JSON.stringify(value)
    : new Document(value).toString({ collectionStyle: 'flow', lineWidth: 0 }).trimEnd();

/** The lines without blank ones around them and without what all are indented by. */
function dedented(text: string): readonly string[] {
  const lines = text
    .replace(/\r\n/g, '\n')
    .replace(/^(\s*\n)+/, '')
    .trimEnd()
    .split('\n');
  const depths = lines.filter((line) => line.trim() !== '').map((line) => line.search(/\S/));
  const depth = Math.min(...depths);
  return lines.map((line) => line.slice(depth));
}

const indented = (lines: readonly string[], first: string, rest: string): string =>
  lines.map((line, i) => (line.trim() === '' ? '' : (i === 0 ? first : rest) + line)).join('\n');
