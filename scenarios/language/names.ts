import { isMap, isScalar, isSeq, visit } from 'yaml';
import type { TextDocument } from './document.ts';
import { actorsOf, keyOf, stepsOf, valueOf } from './step-nodes.ts';

/** Names that a scenario gives, for completion. */
export interface Names {
  /** Variables and what they are. */
  readonly variables: ReadonlyMap<string, string>;
  readonly actors: readonly string[];
  readonly nodes: readonly string[];
  readonly dialogs: readonly string[];
  readonly syncs: readonly string[];
  /** Labels by actor. */
  readonly labels: ReadonlyMap<string, readonly string[]>;
}

/** Functions of expressions besides those of CEL. */
export const GENERATORS: ReadonlyMap<string, string> = new Map([
  ['uuid()', 'A UUID of version 4.'],
  ["counter('name')", '1, then 2 and so on, over all runs of a command.'],
  ['random(1, 100)', 'A whole number, both ends included, by the seed of the run.'],
]);

export function namesOf(document: TextDocument): Names {
  const variables = new Map<string, string>();
  const add = (name: string, what: string): void => {
    if (!variables.has(name)) variables.set(name, what);
  };
  const root = document.yaml.contents;
  for (const name of keysOf(valueOf(root, 'variables'))) add(name, 'A variable of the file.');
  const actors = actorsOf(document).map(({ name }) => name);
  for (const name of actors) {
    add(name, `HOST:PORT of the actor ${name}.`);
    add(`${name}_host`, `Address of the actor ${name}.`);
    add(`${name}_port`, `Port of the actor ${name}.`);
  }
  const nodes = valueOf(root, 'nodes');
  for (const name of keysOf(nodes)) {
    add(name, `HOST:PORT of the node ${name}.`);
    add(`${name}_host`, `Address of the node ${name}.`);
    add(`${name}_port`, `Port of the node ${name}.`);
    add(`${name}_uri`, `URI of the node ${name}.`);
  }
  add('target', 'URI of the system under test.');
  for (const part of ['user', 'host', 'port']) add(`target_${part}`, `Part of the target: ${part}.`);
  const datasets = valueOf(root, 'datasets');
  for (const name of keysOf(datasets))
    for (const column of columnsOf(valueOf(datasets, name)))
      add(`${name}.${column}`, `A column of the dataset ${name}.`);
  const dialogs = new Set(['main']);
  const syncs = new Set<string>();
  const labels = new Map<string, string[]>();
  for (const { actor, node, kind } of stepsOf(document)) {
    const word = valueOf(node, kind);
    const dialog = valueOf(node, 'dialog');
    if (isScalar(dialog) && typeof dialog.value === 'string') dialogs.add(dialog.value);
    const name = isScalar(word) && typeof word.value === 'string' ? word.value : undefined;
    if (kind === 'sync' && name !== undefined) syncs.add(name);
    if (kind === 'label' && name !== undefined) labels.set(actor, [...(labels.get(actor) ?? []), name]);
    if (kind === 'repeat') add('round', 'Round of the innermost repeat, from 1.');
    if (kind === 'set') for (const name of keysOf(word)) add(name, 'Set by a step.');
    visit(node, {
      Pair: (_, pair) => {
        if (keyOf(pair) === 'capture')
          for (const name of keysOf(pair.value)) add(name, 'Taken from a message.');
      },
      Scalar: (_, { value }) => {
        if (typeof value === 'string')
          for (const [, name = ''] of value.matchAll(/\(\?<([A-Za-z_]\w*)>/g))
            add(name, 'A group of a regular expression.');
      },
    });
  }
  return { variables, actors, nodes: keysOf(nodes), dialogs: [...dialogs], syncs: [...syncs], labels };
}

const keysOf = (node: unknown): readonly string[] => (isMap(node) ? node.items.map(keyOf) : []);

function columnsOf(dataset: unknown): readonly string[] {
  const columns = valueOf(dataset, 'columns');
  if (isSeq(columns)) return columns.items.flatMap((one) => (isScalar(one) ? [String(one.value)] : []));
  const rows = valueOf(dataset, 'rows');
  return isSeq(rows) ? keysOf(rows.items[0]) : [];
}
