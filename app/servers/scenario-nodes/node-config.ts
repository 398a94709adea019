import { NodeError } from '../../../scenarios/engine/nodes/node-port.ts';
import { checkServerConfig } from '../../contract/server-config-check.ts';
import type { ServerConfig } from '../../contract/server-config.ts';
import { SERVER_FIELDS } from '../../contract/server-fields.ts';
import { type NodeOptions, withListeners } from './node-options.ts';

/** A node ready to start. */
export interface NodeConfig {
  readonly config: ServerConfig;
  /** Who may prove to be somebody, where the scenario says it itself: as in a users file. */
  readonly users: unknown;
}

/** What an expression gave is a text: numbers and switches are made of it again. */
function asWritten([key, value]: readonly [string, unknown]): readonly [string, unknown] {
  const kind = SERVER_FIELDS.find((field) => field.key === key)?.kind;
  if (typeof value !== 'string') return [key, value];
  if (kind === 'number' && /^-?\d+$/.test(value)) return [key, Number(value)];
  if (kind === 'boolean' && (value === 'true' || value === 'false')) return [key, value === 'true'];
  return [key, value];
}

/** The configuration of a node whose expressions are worked out. @throws NodeError in one sentence. */
export function nodeConfig(name: string, options: NodeOptions): NodeConfig {
  const { authUsers, ...others } = options;
  const isFile = typeof authUsers === 'string';
  const checked = checkServerConfig({
    ...withListeners(Object.fromEntries(Object.entries(others).map(asWritten))),
    name,
    ...(isFile && { authUsers }),
  });
  if (!checked.isValid) throw new NodeError(checked.problems[0].message);
  return { config: checked.config, users: isFile ? undefined : authUsers };
}
