import { homedir } from 'node:os';
import { NodeError, type StartNode } from '../../../scenarios/engine/nodes/node-port.ts';
import { defaultDataDir } from '../../services/storage/data-dir.ts';
import { NodeRefusal } from '../node-protocol.ts';
import { startWorker, type WorkerOptions } from '../start-worker.ts';
import { nodeConfig } from './node-config.ts';
import { listenersOf, sentence, withFilesBelow } from './start-scenario-node.ts';

export interface ThreadedNodesOptions {
  /** Where the paths of files that a node names begin. */
  readonly folder: string;
  /** Of all identifiers; unpredictable ones when absent. */
  readonly seed: string | undefined;
  /** Name servers in place of those of the system. */
  readonly dnsServers: readonly string[] | undefined;
  /** A node is gone that nobody stopped. */
  readonly onCrashed: (name: string, reason: string) => void;
}

/** Starts each node in a thread of its own: a load run asks much of it, and measures whoever shares its thread. */
export function nodesInThreads(
  { folder, seed, dnsServers, onCrashed }: ThreadedNodesOptions,
  worker: WorkerOptions = {},
): StartNode {
  return async ({ name, options }) => {
    const { config, users } = nodeConfig(name, options);
    let isServing = false;
    const node = startWorker(
      {
        config: withFilesBelow(config, folder),
        idSeed: seed === undefined ? undefined : `${seed}/${name}`,
        dataDir: defaultDataDir(process.platform, process.env, homedir()),
        users,
        dnsServers,
      },
      {
        onStep: () => undefined,
        onStats: () => undefined,
        onLog: () => undefined,
        onCaptured: () => undefined,
        onWaiting: () => undefined,
        onResponding: () => undefined,
        onEnded: (end) => {
          if (isServing && end.kind === 'crashed') onCrashed(name, end.reason);
        },
      },
      worker,
    );
    try {
      const { listeners } = await node.started;
      isServing = true;
      return { listeners: listenersOf(listeners), stop: () => node.stop(0) };
    } catch (error) {
      if (error instanceof NodeRefusal) throw new NodeError(sentence(error.problem), { cause: error });
      throw error;
    }
  };
}
