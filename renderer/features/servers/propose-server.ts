import {
  bindsOf,
  LISTENER_KEYS,
  parseBind,
  type ServerConfigInput,
  type ServerMode,
} from '../../../app/contract/server-config.ts';
import type { ServerInfo } from '../../../app/contract/servers.ts';

/** Where a new server listens: this computer only, until a person says otherwise. */
const HOST = '127.0.0.1';
const FIRST_PORT = 5060;

const NAMES: Readonly<Record<ServerMode, string>> = {
  minimal: 'minimal',
  'full-uas': 'uas',
  registrar: 'registrar',
  'call-server': 'calls',
  'subscription-server': 'events',
  proxy: 'proxy',
  b2bua: 'b2bua',
  interactive: 'desk',
};

/** A name nobody has: `uas`, `uas-2`. */
function freeName(stem: string, servers: readonly ServerInfo[]): string {
  const taken = new Set(servers.map((s) => s.config.name));
  let name = stem;
  for (let i = 2; taken.has(name); i++) name = `${stem}-${i}`;
  return name;
}

/** The first even port from 5060 that no server asks for. */
function freePort(servers: readonly ServerInfo[]): number {
  const taken = new Set(
    servers.flatMap(({ config }) => bindsOf(config).map(({ bind }) => parseBind(bind).port)),
  );
  let port = FIRST_PORT;
  while (taken.has(port)) port += 2;
  return port;
}

/** The configuration of a new server: its own name and port, on loopback. */
export function proposeServer(mode: ServerMode, servers: readonly ServerInfo[]): ServerConfigInput {
  const bind = `${HOST}:${freePort(servers)}`;
  return { name: freeName(NAMES[mode], servers), mode, udpBind: [bind], tcpBind: [bind], sipsBind: [] };
}

/** A copy under its own name; its ports move to a free one, so that both can run. */
export function proposeCopy(server: ServerInfo, servers: readonly ServerInfo[]): ServerConfigInput {
  const { config } = server;
  const port = freePort(servers);
  const moved = (binds: readonly string[]): string[] =>
    binds.map((bind, i) => bind.replace(/:\d+$/, `:${port + 2 * i}`));
  return {
    ...config,
    name: freeName(config.name.replace(/-\d+$/, ''), servers),
    ...Object.fromEntries(Object.values(LISTENER_KEYS).map((key) => [key, moved(config[key])])),
  };
}
