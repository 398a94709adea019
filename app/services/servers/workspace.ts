import * as z from 'zod';
import { checkServerConfig } from '../../contract/server-config-check.ts';
import type { ServerConfig } from '../../contract/server-config.ts';
import { ServerId } from '../../contract/servers.ts';

/** Version of the file; raised when an older program could not read it. */
const VERSION = 1;

/** A server a person made: what is kept between two starts of the workbench. */
export interface ServerDefinition {
  readonly id: string;
  readonly config: ServerConfig;
}

export interface Workspace {
  readonly version: typeof VERSION;
  readonly servers: readonly ServerDefinition[];
}

const Stored = z.object({
  version: z.number(),
  servers: z.array(z.object({ id: ServerId, config: z.unknown() })),
});

export const toWorkspace = (servers: readonly ServerDefinition[]): Workspace => ({
  version: VERSION,
  servers,
});

/** @throws Error with one sentence about the first thing that is wrong. */
export function checkWorkspace(value: unknown): Workspace {
  const { success, data } = Stored.safeParse(value);
  if (!success) throw new Error('it is no workspace');
  if (data.version > VERSION)
    throw new Error(`it is of version ${data.version}, and this program reads up to ${VERSION}`);
  const servers = data.servers.map(({ id, config }): ServerDefinition => {
    const checked = checkServerConfig(config);
    if (!checked.isValid) throw new Error(`server ${id}: ${checked.problems[0].message}`);
    return { id, config: checked.config };
  });
  if (new Set(servers.map((s) => s.id)).size < servers.length)
    throw new Error('two servers have the same id');
  return { version: VERSION, servers };
}

/**
 * Makes a merge for a file that several workbenches share (a window and a daemon): servers that another one has made since are kept.
 * Of a server both have changed, the later writer's version stays.
 */
export function createWorkspaceMerge(): (own: Workspace, onDisk: Workspace | undefined) => Workspace {
  // A server that is on the disk, not among ours, and was never ours is somebody else's; one that was ours has been deleted.
  const known = new Set<string>();
  return (own, onDisk) => {
    for (const { id } of own.servers) known.add(id);
    const others = (onDisk?.servers ?? []).filter(({ id }) => !known.has(id));
    return toWorkspace([...own.servers, ...others]);
  };
}
