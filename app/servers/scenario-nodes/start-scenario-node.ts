import { resolve } from 'node:path';
import {
  NodeError,
  type NodeListener,
  type NodeOrder,
  type StartNode,
} from '../../../scenarios/engine/nodes/node-port.ts';
import type { Ids } from '../../../stack/core/ids.ts';
import { silentLogger } from '../../../stack/core/logger.ts';
import type { Listener } from '../../contract/servers.ts';
import type { ServerConfig } from '../../contract/server-config.ts';
import { startNode } from '../node.ts';
import { NodeStartError } from '../node-start-error.ts';
import { usersIn } from '../users.ts';
import { nodeConfig } from './node-config.ts';

export interface ScenarioNodesOptions {
  readonly ids: Ids;
  /** Folder of what a person made; the development CA is kept there. */
  readonly dataDir: string;
  /** Where the paths of files that a node names begin. */
  readonly folder: string;
  /** Name servers in place of those of the system. */
  readonly dnsServers?: readonly string[] | undefined;
}

/** Options that name files. */
const FILES = ['authUsers', 'tlsCert', 'tlsKey', 'tlsCa'] as const;
const PROFILES = ['none', 'audio-only', 'audio-video'];

/** A configuration whose files are found from anywhere. */
export function withFilesBelow(config: ServerConfig, folder: string): ServerConfig {
  const files = FILES.map((key) => [key, config[key] === '' ? '' : resolve(folder, config[key])] as const);
  const { sdpProfile } = config;
  return {
    ...config,
    ...Object.fromEntries(files),
    sdpProfile: PROFILES.includes(sdpProfile) ? sdpProfile : resolve(folder, sdpProfile),
  };
}

/**
 * Starts the nodes of a run on real sockets, in the thread of the run: their messages come to its trace in the order of the wire, and their
 * time stands still with that of the run.
 */
export function scenarioNodes({ ids, dataDir, folder, dnsServers }: ScenarioNodesOptions): StartNode {
  return async ({ name, options, clock, capture }: NodeOrder) => {
    const { config, users } = nodeConfig(name, options);
    try {
      const node = await startNode(withFilesBelow(config, folder), {
        clock,
        ids,
        log: silentLogger,
        dataDir,
        ...(capture && { capture }),
        ...(dnsServers && { dnsServers }),
        ...(users !== undefined && { users: usersIn(users, 'authUsers') }),
      });
      return {
        listeners: listenersOf(node.listeners),
        stop: () => node.stop(0),
      };
    } catch (error) {
      if (error instanceof NodeStartError) throw new NodeError(sentence(error), { cause: error });
      // Of a socket or of a file.
      if (error instanceof Error && 'code' in error) throw new NodeError(error.message, { cause: error });
      throw error;
    }
  };
}

/** Where a node listens, as a scenario takes it. */
export const listenersOf = (listeners: readonly Listener[]): readonly NodeListener[] =>
  listeners.map(({ protocol, host, port }) => ({ transport: protocol, address: { host, port } }));

/** `UDP 127.0.0.1:5060 is in use`, with what to do. */
export const sentence = ({ message, hint }: Pick<NodeStartError, 'message' | 'hint'>): string =>
  `${message} ${hint}`.replace(/\.$/, '');
