import type { Clock } from '../../../stack/core/clock.ts';
import type { Value } from '../expression.ts';
import type { Program } from '../program.ts';
import type { RunTrace } from '../run-trace.ts';
import type { Scope } from '../scope.ts';
import { NodeError, type NodeListener, type StartedNode, type StartNode } from './node-port.ts';
import { namesOfNodes } from './node-names.ts';

export interface NodesOptions {
  readonly program: Pick<Program, 'nodes' | 'variables'>;
  readonly startNode: StartNode | undefined;
  readonly clock: Clock;
  readonly trace?: RunTrace | undefined;
  /** What is known before any node listens. Variables of the file that options of nodes are about are set in it, and where the nodes listen. */
  readonly scope: Scope;
}

/** The nodes of a run. */
export interface Nodes {
  /** Where each listens, by name, in the order of their start. */
  readonly listeners: ReadonlyMap<string, readonly NodeListener[]>;
  /** Variables of the file that were worked out for them: their values hold for the whole run. */
  readonly variables: Readonly<Record<string, Value>>;
  stop(): Promise<void>;
}

/**
 * Starts the nodes of a program one after the other, or none of them.
 * @throws NodeError, ExpressionError
 */
export async function startNodes({ program, startNode, clock, trace, scope }: NodesOptions): Promise<Nodes> {
  const listeners = new Map<string, readonly NodeListener[]>();
  const variables: Record<string, Value> = {};
  const started: StartedNode[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((node) => node.stop()));
  };
  try {
    for (const { name, options, variables: own } of program.nodes) {
      if (startNode === undefined) throw new NodeError(`the node ${name} cannot be started here`);
      for (const variable of own) {
        if (scope.get(variable) !== undefined) continue;
        const value = program.variables[variable];
        if (value === undefined) continue;
        scope.set(variable, typeof value === 'string' ? scope.fill(value) : value);
        variables[variable] = scope.get(variable) ?? value;
      }
      const node = await begun(startNode, name, {
        options: filled(options, scope) as Readonly<Record<string, unknown>>,
        clock,
        ...(trace && { capture: (message) => trace.add(name, message) }),
      });
      started.push(node);
      listeners.set(name, node.listeners);
      scope.assign(namesOfNodes(new Map([[name, node.listeners]])));
    }
  } catch (error) {
    await stop();
    throw error;
  }
  return { listeners, variables, stop };
}

async function begun(
  startNode: StartNode,
  name: string,
  order: Omit<Parameters<StartNode>[0], 'name'>,
): Promise<StartedNode> {
  try {
    return await startNode({ name, ...order });
  } catch (error) {
    if (!(error instanceof NodeError)) throw error;
    throw new NodeError(`the node ${name} could not start: ${error.message}`, { cause: error });
  }
}

/** A value with the expressions of its texts worked out. @throws ExpressionError */
function filled(value: unknown, scope: Scope): unknown {
  if (typeof value === 'string') return scope.fill(value);
  if (Array.isArray(value)) return value.map((one) => filled(one, scope));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, filled(one, scope)]));
}
