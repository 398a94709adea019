import * as z from 'zod';
import type { NodeProblem, NodeRules } from '../../../scenarios/engine/nodes/node-rules.ts';
import { closest } from '../../contract/closest.ts';
import { checkServerConfig } from '../../contract/server-config-check.ts';
import { isContradiction } from '../../contract/server-config/contradictions.ts';
import { LISTENER_KEYS, LISTENER_PROTOCOLS, ServerConfig } from '../../contract/server-config.ts';
import { UsersFile } from '../users.ts';

/** The options of a node as a person writes them. */
export type NodeOptions = Readonly<Record<string, unknown>>;

/** Options of siphond that a node of a scenario does not have, and why. */
const LEFT_OUT: Readonly<Partial<Record<keyof ServerConfig, string>>> = {
  name: 'a node is called by the key that it stands under',
  logLevel: 'a node of a scenario keeps no log: its messages are in the trace of the run',
  cdr: 'a node of a scenario writes no files',
};

/** Without what forms need to know, which is no JSON Schema. */
const described = (schema: z.ZodType, description = schema.description ?? ''): z.ZodType =>
  schema.clone(schema.def).describe(description);

const SHAPE: Readonly<Record<string, z.ZodType>> = {
  ...Object.fromEntries(
    Object.entries(ServerConfig.shape)
      .filter(([key]) => !(key in LEFT_OUT))
      .map(([key, schema]) => [key, described(schema)]),
  ),
  udpBind: described(
    ServerConfig.shape.udpBind,
    'UDP listener, HOST:PORT; a list for several. A free port of 127.0.0.1 when the node has no listener at all; port 0 takes a free one.',
  ),
  authUsers: z
    .union([z.string(), UsersFile])
    .describe('The users: `{user: password}`, or the file with them beside the scenario.'),
};

/** A node of a scenario with its options: those of the configuration of siphond. */
export const NodeOptions = z.strictObject(SHAPE);

const DEFAULT_BIND = '127.0.0.1:0';

/** A configuration with the listeners of a node: those that are named, else UDP at a free port of the loopback. */
export function withListeners(options: NodeOptions): NodeOptions {
  const keys = Object.values(LISTENER_KEYS);
  const none = Object.fromEntries(keys.map((key): [string, unknown] => [key, []]));
  const isNamed = keys.some((key) => options[key] !== undefined);
  return { ...none, ...(!isNamed && { udpBind: [DEFAULT_BIND] }), ...options };
}

const hasExpression = (value: unknown): boolean => typeof value === 'string' && value.includes('${');

/** The value without what is not known before the run. */
function known(value: unknown): unknown {
  if (hasExpression(value)) return undefined;
  return Array.isArray(value) ? value.filter((one) => !hasExpression(one)) : value;
}

/** What is wrong with a node. */
function check(options: NodeOptions): readonly NodeProblem[] {
  const problems: NodeProblem[] = [];
  const checked: Record<string, unknown> = {};
  let isAllKnown = true;
  for (const [key, value] of Object.entries(options)) {
    const why = LEFT_OUT[key as keyof ServerConfig];
    if (why !== undefined) problems.push({ path: [key], message: `${key}: ${why}`, isAtKey: true });
    else if (!(key in SHAPE)) {
      const meant = closest(key, Object.keys(SHAPE));
      const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
      problems.push({ path: [key], message: `unknown option ${key}${hint}`, isAtKey: true });
    } else if (key === 'authUsers') problems.push(...checkUsers(value));
    else {
      const said = known(value);
      isAllKnown &&= said === value || (Array.isArray(value) && value.length === (said as unknown[]).length);
      if (said !== undefined) checked[key] = said;
    }
  }
  const result = checkServerConfig(withListeners(checked));
  if (result.isValid) return problems;
  for (const problem of result.problems) {
    // What is worked out in the run may be what is missing.
    if (!isAllKnown && isContradiction(problem)) continue;
    const { key, index, message } = problem;
    const at = key === undefined || !(key in options) ? [] : [key];
    const isInList = index !== undefined && at.length > 0 && Array.isArray(options[at[0] ?? '']);
    problems.push({ path: isInList ? [...at, index] : at, message, isAtKey: false });
  }
  return problems;
}

function checkUsers(users: unknown): readonly NodeProblem[] {
  const isFile = typeof users === 'string' && users !== '';
  if (isFile || UsersFile.safeParse(users).success) return [];
  const message = 'authUsers: expected {user: password}, or the name of a file with that';
  return [{ path: ['authUsers'], message, isAtKey: false }];
}

/** What the scenario language has to know of nodes. */
export const NODE_RULES: NodeRules = {
  schema: NodeOptions,
  check,
  transportsOf: (options) => {
    const listening = withListeners(options);
    return LISTENER_PROTOCOLS.filter((protocol) => {
      const binds = listening[LISTENER_KEYS[protocol]];
      return binds !== 'none' && (!Array.isArray(binds) || (binds.length > 0 && binds[0] !== 'none'));
    });
  },
};
