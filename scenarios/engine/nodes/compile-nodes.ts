import type { Actor, Scenario } from '../../schema/scenario.ts';
import { checkTexts } from '../check-texts.ts';
import type { Complain } from '../complain.ts';
import { type Columns, namesIn } from '../expression.ts';
import type { NodeProgram } from '../program.ts';
import { isNameOf } from './node-names.ts';
import type { NodeRules } from './node-rules.ts';

type Named = Pick<Scenario, 'nodes' | 'variables' | 'counterpart' | 'actors'>;

/**
 * Checks the nodes of a scenario.
 * @param rules - what is known of nodes; without it their options are taken as they are.
 * @returns them in the order they are started.
 */
export function compileNodes(
  scenario: Named,
  columns: Columns,
  rules: NodeRules | undefined,
  complain: Complain,
): readonly NodeProgram[] {
  const { nodes, counterpart } = scenario;
  const names = Object.keys(nodes);
  for (const [name, options] of Object.entries(nodes)) {
    checkTexts(options, ['nodes', name], columns, complain);
    for (const { path, message, isAtKey } of rules?.check(options) ?? [])
      complain(['nodes', name, ...path], message, isAtKey);
  }
  for (const [name, options] of Object.entries(nodes))
    if (rules?.transportsOf(options).length === 0)
      complain(
        ['nodes', name],
        `${name} listens nowhere: give it a listener, such as udpBind: 127.0.0.1:0`,
        true,
      );
  if (counterpart !== undefined)
    for (const { path, message, isAtKey } of rules?.check(counterpart) ?? [])
      complain(['counterpart', ...path], message, isAtKey);
  if (rules !== undefined) complainOfDestinations(scenario, rules, complain);
  const all = names.map((name) => {
    const options = nodes[name] ?? {};
    const variables = variablesOf(options, scenario);
    const about = namesAbout(options, variables, scenario);
    return {
      program: { name, options, variables, actors: namedBy(about, Object.keys(scenario.actors)) },
      needs: namedBy(about, names),
    };
  });
  return ordered(all, complain);
}

/** Every text somewhere in a value. */
const textsIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
};

const namesInTexts = (value: unknown): readonly string[] => textsIn(value).flatMap((text) => namesIn(text));

/** The variables of the file that options are about, and those that these are about. */
function variablesOf(options: unknown, { variables }: Named): readonly string[] {
  const wanted = new Set<string>();
  const want = (name: string): void => {
    if (!(name in variables) || wanted.has(name)) return;
    wanted.add(name);
    for (const inner of namesInTexts(variables[name])) want(inner);
  };
  for (const name of namesInTexts(options)) want(name);
  return Object.keys(variables).filter((name) => wanted.has(name));
}

/** The names in options and in the variables that they are about. */
const namesAbout = (options: unknown, own: readonly string[], { variables }: Named): readonly string[] => [
  ...namesInTexts(options),
  ...own.flatMap((name) => namesInTexts(variables[name])),
];

/** Nodes or actors that names are about. */
const namedBy = (names: readonly string[], candidates: readonly string[]): readonly string[] =>
  candidates.filter((candidate) => names.some((name) => isNameOf(candidate, name)));

interface Needing {
  readonly program: NodeProgram;
  /** Nodes that have to be there before. */
  readonly needs: readonly string[];
}

function ordered(nodes: readonly Needing[], complain: Complain): readonly NodeProgram[] {
  const started: NodeProgram[] = [];
  const reported = new Set<string>();
  const start = ({ program: node, needs }: Needing, chain: readonly string[]): void => {
    if (started.includes(node) || reported.has(node.name)) return;
    const from = chain.indexOf(node.name);
    if (from >= 0) {
      const circle = chain.slice(from);
      for (const name of circle) reported.add(name);
      const told =
        circle.length === 1
          ? `${node.name} needs its own address before it has one`
          : `${[...circle, node.name].join(' needs ')}: none of them can be started first`;
      complain(['nodes', node.name], told, true);
      return;
    }
    for (const name of needs) {
      const other = nodes.find(({ program }) => program.name === name);
      if (other !== undefined) start(other, [...chain, node.name]);
    }
    if (!started.includes(node)) started.push(node);
  };
  for (const node of nodes) start(node, []);
  return started;
}

/** An actor that names a node has to talk as that listens. */
function complainOfDestinations({ nodes, actors }: Named, rules: NodeRules, complain: Complain): void {
  for (const [name, actor] of Object.entries(actors))
    for (const key of ['target', 'outboundProxy'] as const) {
      const node = nodes[actor[key] ?? ''];
      if (node === undefined) continue;
      const transports = rules.transportsOf(node);
      if (!transports.includes(actor.transport))
        complain(['actors', name, key], sentence(actor, String(actor[key]), transports));
    }
}

const sentence = ({ transport }: Actor, node: string, transports: readonly string[]): string =>
  `${node} does not listen over ${transport}: it listens over ${transports.join(', ')}`;
