import { isMap, isNode, isScalar } from 'yaml';
import { titleOf } from '../engine/normal-form.ts';
import { expand, type RawStep } from '../engine/expand.ts';
import { STEPS, type StepKind } from '../schema/steps.ts';
import type { TextDocument } from './document.ts';
import { type ActorNode, actorsOf, endOf, keyOf, type StepNode, stepsOf, valueOf } from './step-nodes.ts';

/** A message that a step sends or waits for. */
export interface Arrow {
  readonly direction: 'out' | 'in';
  /** `INVITE`, `180`, `2xx`. */
  readonly label: string;
  readonly kind: 'request' | 'response';
  /** Actor at the other end, where the file says so; else empty. */
  readonly peer: string;
}

export interface OutlineStep {
  /** Path of it in the file. */
  readonly at: string;
  readonly id: string;
  readonly actor: string;
  readonly kind: StepKind;
  readonly title: string;
  readonly line: number;
  readonly endLine: number;
  readonly depth: number;
  readonly dialog: string;
  readonly arrows: Arrow[];
  readonly note: string;
}

/** What stands in a scenario, as far as it can be read. */
export interface Outline {
  readonly name: string;
  readonly description: string;
  readonly actors: { readonly name: string; readonly transport: string; readonly line: number }[];
  readonly nodes: { readonly name: string; readonly mode: string; readonly line: number }[];
  readonly variables: { readonly name: string; readonly value: string; readonly line: number }[];
  /** Actor by actor, in the order of the file. */
  readonly steps: OutlineStep[];
}

type Expected = Omit<Arrow, 'peer'>;

/** What stands in a text, wrong as it may be; undefined when it holds no map at all. */
export function outlineOf(document: TextDocument): Outline | undefined {
  const { yaml } = document;
  if (!isMap(yaml.contents)) return undefined;
  const lineOf = (node: unknown): number => document.placeAt(isNode(node) ? (node.range?.[0] ?? 0) : 0).line;
  const actors = actorsOf(document);
  const variables = valueOf(yaml.contents, 'variables');
  const nodes = valueOf(yaml.contents, 'nodes');
  const nodePairs = isMap(nodes) ? nodes.items : [];
  const peers = peersOf(actors, nodePairs.map(keyOf), valueOf(variables, 'target') !== undefined);
  return {
    name: textOf(valueOf(yaml.contents, 'name')),
    description: textOf(valueOf(yaml.contents, 'description')),
    actors: actors.map(({ name, pair, value }) => ({
      name,
      transport: textOf(valueOf(value, 'transport')) || 'udp',
      line: lineOf(pair.key),
    })),
    nodes: nodePairs.map((pair) => ({
      name: keyOf(pair),
      mode: textOf(valueOf(pair.value, 'mode')),
      line: lineOf(pair.key),
    })),
    variables: (isMap(variables) ? variables.items : []).map((pair) => ({
      name: keyOf(pair),
      value: textOf(pair.value),
      line: lineOf(pair.key),
    })),
    steps: stepsOf(document).map((step) => outlineStep(step, document, peers)),
  };
}

/** Text of a scalar; what is none has none. */
function textOf(node: unknown): string {
  const value: unknown = isScalar(node) ? node.value : undefined;
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : '';
}

function outlineStep(
  step: StepNode,
  document: TextDocument,
  peers: (actor: string, uri: unknown) => string,
): OutlineStep {
  const { at, actor, kind, node, depth } = step;
  const { yaml, text } = document;
  const whole = node.toJS(yaml) as RawStep;
  const value = whole[kind];
  const [start = 0] = node.range ?? [];
  const lastCharacter = start + Math.max(0, text.slice(start, endOf(node)).trimEnd().length - 1);
  return {
    at,
    id: textOf(valueOf(node, 'id')) || at,
    actor,
    kind,
    title: titleOf(kind, value),
    line: document.placeAt(start).line,
    endLine: document.placeAt(lastCharacter).line,
    depth,
    dialog: textOf(valueOf(node, 'dialog')) || 'main',
    arrows: arrowsOf(kind, value).map((arrow) => ({ ...arrow, peer: peers(actor, uriIn(value)) })),
    note: noteOf(value),
  };
}

function arrowsOf(kind: StepKind, value: unknown): readonly Expected[] {
  switch (kind) {
    case 'send':
      return arrow('out', value);
    case 'expect':
    case 'optional':
      return arrow('in', value);
    case 'allOf':
      return (Array.isArray(value) ? value : []).flatMap((one: unknown) => arrow('in', one));
    case 'anyOf':
      return (Array.isArray(value) ? value : []).flatMap((one: unknown) =>
        arrow('in', isObject(one) ? one['expect'] : undefined),
      );
    default: {
      const plain = STEPS[kind].safeParse(value).success ? expand(kind, value) : undefined;
      return (plain ?? []).flatMap((step) =>
        (['send', 'expect', 'allOf'] as const).flatMap((word) =>
          word in step ? arrowsOf(word, step[word]) : [],
        ),
      );
    }
  }
}

function arrow(direction: Arrow['direction'], value: unknown): readonly Expected[] {
  const said = isObject(value) ? (value['status'] ?? value['method']) : value;
  if (typeof said !== 'string' && typeof said !== 'number') return [];
  const label = String(said);
  return [{ direction, label, kind: /^[1-6](\d\d|xx)$/.test(label) ? 'response' : 'request' }];
}

/**
 * Who is at the other end: the node that everything goes to first, else the actor or node that a URI names, else the one of the actor's own
 * target, else the actor whose target it is, else the first node, which is the target where nobody gives one.
 */
function peersOf(
  actors: readonly ActorNode[],
  nodes: readonly string[],
  isTargetGiven: boolean,
): (actor: string, uri: unknown) => string {
  const names = [...actors.map(({ name }) => name), ...nodes];
  const named = (uri: unknown): string | undefined => {
    if (typeof uri !== 'string') return undefined;
    if (nodes.includes(uri)) return uri;
    return names.find((name) =>
      new RegExp(`\\$\\{\\s*${name}(_(host|port|uri|udp|tcp|tls|wss?))?\\s*\\}`).test(uri),
    );
  };
  const said = (key: string): ReadonlyMap<string, string> =>
    new Map(actors.map(({ name, value }) => [name, textOf(valueOf(value, key))]));
  const targets = said('target');
  const proxies = said('outboundProxy');
  const firstNode = isTargetGiven ? undefined : nodes[0];
  return (actor, uri) =>
    named(proxies.get(actor)) ??
    named(uri) ??
    named(targets.get(actor)) ??
    names.find((name) => named(targets.get(name)) === actor) ??
    (targets.get(actor) === '' ? firstNode : undefined) ??
    '';
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const uriIn = (value: unknown): unknown => (isObject(value) ? (value['uri'] ?? value['to']) : undefined);

function noteOf(value: unknown): string {
  if (!isObject(value)) return '';
  const said = (key: string): readonly string[] =>
    typeof value[key] === 'string' || typeof value[key] === 'number'
      ? [`${key} ${typeof value[key] === 'number' ? `${value[key]} ms` : value[key]}`]
      : [];
  const headers = isObject(value['headers']) ? Object.keys(value['headers']) : [];
  const names = headers.length > 3 ? [`${headers.length} headers`] : headers;
  const others = ['body', 'sdp', 'capture', 'find'].filter((key) => key in value);
  return [...said('within'), ...said('after'), ...names, ...others].join(', ');
}
