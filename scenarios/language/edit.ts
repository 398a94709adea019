import { isMap, isNode, isSeq, type Pair, parseDocument, type YAMLMap } from 'yaml';
import { readDocument, type TextDocument } from './document.ts';
import { actorsOf, endOf, keyOf, type StepNode, stepsOf, valueOf } from './step-nodes.ts';
import { type Edited, type Region, spliced, stepList, type StepList, styleOf } from './step-list.ts';
import { EditError, firstLine, readSteps, type StepText } from './step-text.ts';

/** One change of the steps or the actors of a scenario; `at` and `before` are paths of steps. */
export type Edit =
  | {
      readonly kind: 'insert';
      readonly actor: string;
      readonly before?: string | undefined;
      readonly yaml: string;
    }
  | { readonly kind: 'replace'; readonly at: string; readonly yaml: string }
  | { readonly kind: 'remove'; readonly at: string }
  | { readonly kind: 'move'; readonly at: string; readonly by: number }
  | {
      readonly kind: 'relocate';
      readonly at: string;
      readonly beside: string;
      readonly place: 'before' | 'after';
    }
  | { readonly kind: 'addActor'; readonly name: string };

const ACTOR_NAME = /^[A-Za-z_]\w*$/;

/**
 * Makes one change. The text is spliced where the change is: comments, blank lines, quotes and order of everything else stay as they are.
 * @throws EditError when the change is about nothing that is there, or the text around it cannot be read
 */
export function edit(text: string, change: Edit): { readonly text: string; readonly line: number } {
  const document = readDocument(text);
  const [error] = document.yaml.errors;
  if (error !== undefined)
    throw new EditError(`The text has to be YAML before it can be edited here: ${firstLine(error.message)}.`);
  const edited = carriedOut(document, change);
  const [broken] = parseDocument(edited.text, { prettyErrors: false }).errors;
  if (broken !== undefined)
    throw new EditError(`That would leave no YAML, so it is not done: ${firstLine(broken.message)}.`);
  return { text: edited.text, line: readDocument(edited.text).placeAt(edited.offset).line };
}

function carriedOut(document: TextDocument, change: Edit): Edited {
  switch (change.kind) {
    case 'insert':
      return insert(document, change.actor, change.before, readSteps(change.yaml));
    case 'replace': {
      const { list, index } = listAt(document, change.at);
      return list.replace(index, readSteps(change.yaml));
    }
    case 'remove': {
      const { list, index } = listAt(document, change.at);
      return list.remove(index);
    }
    case 'move': {
      const { list, index } = listAt(document, change.at);
      return list.move(index, Math.min(list.length - 1, Math.max(0, index + change.by)));
    }
    case 'relocate':
      return relocate(document, change.at, change.beside, change.place);
    case 'addActor':
      return addActor(document, change.name);
    default:
      return change satisfies never;
  }
}

/** To a place beside another step, wherever that is: in the list of another actor, in a loop, out of one. */
function relocate(document: TextDocument, at: string, beside: string, place: 'before' | 'after'): Edited {
  if (beside === at || beside.startsWith(`${at}.`))
    throw new EditError('A step cannot be put beside itself.');
  const [own, other] = [listAt(document, at), listAt(document, beside)];
  const isSameList = at.replace(/\[\d+\]$/, '') === beside.replace(/\[\d+\]$/, '');
  if (isSameList) {
    const target = other.index + (place === 'after' ? 1 : 0);
    return own.list.move(own.index, target > own.index ? target - 1 : target);
  }
  const { start, end } = own.list.region(own.index);
  const steps = readSteps(document.text.slice(start, end));
  const region = other.list.region(other.index);
  const insertInto = ({ list, index }: typeof other): Edited =>
    list.insert(place === 'after' ? index + 1 : index, steps);
  // The later one of the two changes goes first: what stands before it keeps its path.
  if ((place === 'after' ? region.end : region.start) > start) {
    const inserted = insertInto(other);
    const removed = removedAt(readDocument(inserted.text), at);
    const offset = inserted.offset + removed.text.length - inserted.text.length;
    return { text: removed.text, offset: pastComments(removed.text, offset) };
  }
  const inserted = insertInto(listAt(readDocument(removedAt(document, at).text), beside));
  return { ...inserted, offset: pastComments(inserted.text, inserted.offset) };
}

/** Comments that came along stand above the step. */
const pastComments = (text: string, offset: number): number =>
  offset + (/^(?:[ \t]*#[^\n]*\n)*[ \t]*/.exec(text.slice(offset))?.[0].length ?? 0);

function removedAt(document: TextDocument, at: string): Edited {
  const { list, index } = listAt(document, at);
  return list.remove(index);
}

function listAt(document: TextDocument, at: string): { readonly list: StepList; readonly index: number } {
  const step = stepsOf(document).find((one) => one.at === at);
  if (step === undefined) throw new EditError(`There is no step at ${at}.`);
  return { list: listOf(step, document), index: step.index };
}

const listOf = ({ list, pair }: StepNode, document: TextDocument): StepList =>
  stepList(list, colonOf(pair), document);

/** After the colon of a key. */
function colonOf(pair: Pair): number {
  const colon = pair.srcToken?.sep?.find(({ type }) => type === 'map-value-ind');
  return colon === undefined ? rangeOf(pair.key).end : colon.offset + 1;
}

function rangeOf(node: unknown): Region {
  const [start = 0, end = 0] = (isNode(node) ? node.range : undefined) ?? [];
  return { start, end };
}

function insert(document: TextDocument, actor: string, before: string | undefined, steps: StepText): Edited {
  if (before !== undefined) {
    const { list, index } = listAt(document, before);
    return list.insert(index, steps);
  }
  const pair = actorsOf(document).find(({ name }) => name === actor)?.pair;
  if (pair === undefined) throw new EditError(`There is no actor ${actor}.`);
  const { value } = pair;
  const own = isMap(value) ? value.items.find((one) => keyOf(one) === 'steps') : undefined;
  if (own === undefined) return firstSteps(document, pair, steps);
  const isBlockMap = isMap(value) && value.flow !== true;
  if (isSeq(own.value) && (own.value.items.length > 0 || !isBlockMap)) {
    const list = stepList(own.value, colonOf(own), document);
    return list.insert(list.length, steps);
  }
  if (!isBlockMap) throw new EditError(`The steps of ${actor} are no list.`);
  return begun(document, own, steps.block(' '.repeat(columnOf(own, document) + 2)));
}

/** Steps for an actor that has none. */
function firstSteps(document: TextDocument, pair: Pair, steps: StepText): Edited {
  const { text } = document;
  const { value } = pair;
  const indent = ' '.repeat(columnOf(pair, document) + 2);
  const block = (at: string): string => `${at}steps:\n${steps.block(`${at}  `)}`;
  if (!isMap(value)) return begun(document, pair, block(indent));
  const [last] = value.items.slice(-1);
  const isFlowAround = mapOfActors(document)?.flow === true;
  if (value.flow !== true && last !== undefined) {
    const own = ' '.repeat(columnOf(last, document));
    return appended(text, contentEnd(text, last), block(own));
  }
  if (last === undefined && !isFlowAround) return begun(document, pair, block(indent));
  const style = styleOf(text);
  return inserted(
    text,
    last === undefined ? rangeOf(value).start + 1 : rangeOf(last.value).end,
    `${last === undefined ? '' : ', '}${style === 'json' ? '"steps"' : 'steps'}: [${steps.flow(style)}]`,
  );
}

function addActor(document: TextDocument, name: string): Edited {
  const { text, yaml } = document;
  if (!ACTOR_NAME.test(name))
    throw new EditError(`${name} is no name of an actor: letters, digits and _ make one.`);
  if (actorsOf(document).some((actor) => actor.name === name))
    throw new EditError(`There is an actor ${name} already.`);
  const root = yaml.contents;
  const actors = mapOfActors(document);
  const pair = isMap(root) ? root.items.find((one) => keyOf(one) === 'actors') : undefined;
  const style = styleOf(text);
  const flow = style === 'json' ? `${JSON.stringify(name)}: { "steps": [] }` : `${name}: { steps: [] }`;
  if (actors?.flow === true) {
    const [last] = actors.items.slice(-1);
    return last === undefined && !(isMap(root) && root.flow === true) && pair !== undefined
      ? begun(document, pair, `  ${name}:\n    steps: []`)
      : last === undefined
        ? inserted(text, rangeOf(actors).start + 1, flow)
        : inserted(text, Math.max(rangeOf(last.value).end, rangeOf(last.key).end), `, ${flow}`);
  }
  const [last] = actors?.items.slice(-1) ?? [];
  if (last !== undefined) {
    const indent = ' '.repeat(columnOf(last, document));
    return appended(text, contentEnd(text, last), `${indent}${name}:\n${indent}  steps: []`);
  }
  if (pair !== undefined) return begun(document, pair, `  ${name}:\n    steps: []`);
  if (isMap(root) && root.flow === true)
    throw new EditError('The scenario has no actors yet: write the key actors first.');
  return appended(text, text.trimEnd().length, `actors:\n  ${name}:\n    steps: []`);
}

function mapOfActors({ yaml }: TextDocument): YAMLMap | undefined {
  const actors = valueOf(yaml.contents, 'actors');
  return isMap(actors) ? actors : undefined;
}

/** Spaces before a key. */
const columnOf = ({ key }: Pair, { placeAt }: Pick<TextDocument, 'placeAt'>): number =>
  placeAt(rangeOf(key).start).column - 1;

/** A block below a key in place of what was there: nothing, or an empty collection. A comment behind the key stays. */
function begun(document: TextDocument, pair: Pair, block: string): Edited {
  const { text } = document;
  const colon = colonOf(pair);
  const value = rangeOf(pair.value);
  const isEmpty = isMap(pair.value) || isSeq(pair.value);
  const rest = isEmpty ? spliced(text, { start: colon, end: value.end }, '') : text;
  return appended(rest, colon, block);
}

/** Lines after the line of an offset. */
function appended(text: string, offset: number, lines: string): Edited {
  const newline = text.indexOf('\n', offset);
  const end = newline === -1 ? text.length : newline;
  // A text that is empty so far begins with them.
  const before = end === 0 ? '' : '\n';
  return { text: spliced(text, { start: end, end }, before + lines), offset: end + before.length };
}

const inserted = (text: string, offset: number, what: string): Edited => ({
  text: spliced(text, { start: offset, end: offset }, what),
  offset,
});

/** Where what belongs to a key is over, without blank lines after it. */
function contentEnd(text: string, { key, value }: Pair): number {
  const end = Math.max(endOf(key), endOf(value));
  return text.slice(0, end).trimEnd().length;
}
