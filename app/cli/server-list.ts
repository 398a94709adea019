import { SERVER_FIELDS } from '../contract/server-fields.ts';
import { usageError } from './io.ts';
import { type ConfigSources, type ResolvedConfig, resolveConfig } from './server-options.ts';

/** More than one process should serve; each has a thread and its memory. */
const MAX_SERVERS = 50;

/** What a command line comes to: the process, and the servers in it. */
export interface ResolvedServers {
  /** The options of the process; with a list of servers, those beside the list. */
  readonly own: ResolvedConfig;
  /** One, or those of the list `servers` in the file. */
  readonly servers: readonly ResolvedConfig[];
  readonly isList: boolean;
}

const OF_SERVERS = new Set<string>(SERVER_FIELDS.map(({ key }) => key));
type Values = Readonly<Record<string, unknown>>;
const ofServers = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([key]) => OF_SERVERS.has(key)));

/**
 * Resolves a server, or the list `servers` of a file: options of servers that stand beside the list count for each of them, and flags for each of
 * them before what the list says.
 * @throws CliError 2 with one sentence that names the flag, the variable, or the place in the file.
 */
export function resolveServers(sources: ConfigSources): ResolvedServers {
  const { servers: list, ...shared } = sources.file;
  const own = resolveConfig({ ...sources, file: shared });
  if (list === undefined) return { own, servers: [own], isList: false };
  const path = sources.filePath ?? 'configuration';
  if (!Array.isArray(list) || list.length === 0 || list.length > MAX_SERVERS)
    throw usageError(
      `${path}: servers: expected a list of 1 to ${MAX_SERVERS} servers, each with its options`,
    );
  const servers = list.map((entry: unknown, i) => {
    const place = `${path}: servers[${i}]`;
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry))
      throw usageError(`${place}: a server is a list of options and values, such as mode: full-uas`);
    return resolveConfig({
      ...sources,
      flags: ofServers(sources.flags),
      file: { ...ofServers(shared), ...withoutProcess(entry as Values, place) },
      filePath: place,
    });
  });
  const names = servers.map(({ config }) => config.name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined)
    throw usageError(`${path}: servers: two of them are called ${twice}; give each a name of its own`);
  return { own, servers, isList: true };
}

function withoutProcess(entry: Values, place: string): Values {
  const { config } = resolveConfig({ flags: {}, file: {}, filePath: undefined, env: {} });
  const stray = Object.keys(entry).find((key) => key in config && !OF_SERVERS.has(key));
  if (stray !== undefined)
    throw usageError(`${place}: ${stray} belongs to the whole process: write it beside servers`);
  return entry;
}
