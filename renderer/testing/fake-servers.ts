import { ContractError } from '../../app/contract/errors.ts';
import { checkServerConfig } from '../../app/contract/server-config-check.ts';
import { parseBind, type ServerConfig } from '../../app/contract/server-config.ts';
import type { Listener, LogLine, ServerInfo, ServerProblem } from '../../app/contract/servers.ts';

const LOOPBACK = { udpBind: ['127.0.0.1:5060'], tcpBind: ['127.0.0.1:5060'], sipsBind: [] };

/** A complete configuration; throws on a bad one, as tests should notice. */
export function aConfig(input: object = {}): ServerConfig {
  const checked = checkServerConfig({ ...LOOPBACK, ...input });
  if (!checked.isValid) throw new Error(checked.problems[0].message);
  return checked.config;
}

export function aServer(input: Partial<ServerInfo> & { readonly id: string }): ServerInfo {
  return {
    config: aConfig({ name: input.id }),
    state: 'stopped',
    listeners: [],
    stats: { messagesPerSec: 0, messages: 0, activeCalls: 0, activeTransactions: 0, loopLagMs: 0 },
    logLines: 0,
    ...input,
  };
}

export const listenersOf = (config: ServerConfig): Listener[] => [
  ...config.udpBind.map((text) => ({ protocol: 'udp' as const, ...parseBind(text) })),
  ...config.tcpBind.map((text) => ({ protocol: 'tcp' as const, ...parseBind(text) })),
];

export const aLine = (atMs: number, level: LogLine['level'], message: string, fields = {}): LogLine => ({
  atMs,
  level,
  message,
  fields,
});

export interface FakeServers {
  readonly list: () => readonly ServerInfo[];
  readonly set: (id: string, change: Partial<ServerInfo>) => ServerInfo;
  readonly add: (config: unknown) => ServerInfo;
  readonly remove: (id: string) => void;
  readonly get: (id: string) => ServerInfo;
  readonly start: (id: string) => ServerInfo;
  readonly stop: (id: string) => ServerInfo;
  readonly check: (config: unknown) => ServerConfig;
}

/** Servers that start when no other one of them holds the port. */
export function createFakeServers(initial: readonly ServerInfo[], changed: () => void): FakeServers {
  let servers = [...initial];
  let created = 0;
  const get = (id: string): ServerInfo => {
    const found = servers.find((s) => s.id === id);
    if (found === undefined) throw new ContractError('not-found', `There is no server ${id}.`);
    return found;
  };
  const set = (id: string, change: Partial<ServerInfo>): ServerInfo => {
    const next = { ...get(id), problem: undefined, ...change };
    servers = servers.map((s) => (s.id === id ? next : s));
    changed();
    return next;
  };
  const check = (config: unknown): ServerConfig => {
    const checked = checkServerConfig(config);
    if (checked.isValid) return checked.config;
    throw new ContractError('invalid-config', checked.problems[0].message, checked.problems);
  };
  return {
    list: () => servers,
    get,
    set,
    check,
    add: (config) => {
      const server = aServer({ id: `new-${++created}`, config: check(config) });
      servers = [...servers, server];
      changed();
      return server;
    },
    remove: (id) => {
      get(id);
      servers = servers.filter((s) => s.id !== id);
      changed();
    },
    start: (id) => {
      const listeners = listenersOf(get(id).config);
      for (const holder of servers.filter((s) => s.id !== id && s.state === 'running'))
        for (const listener of listeners)
          if (holder.listeners.some((l) => l.protocol === listener.protocol && l.port === listener.port)) {
            const problem: ServerProblem = {
              code: 'port-in-use',
              message: `${listener.protocol.toUpperCase()} ${listener.host}:${listener.port} is in use.`,
              hint: `${holder.config.name} holds it. ${get(id).config.name} stays stopped; nothing else is affected.`,
              listener,
              heldBy: { id: holder.id, name: holder.config.name },
              freePort: listener.port + 2,
            };
            set(id, { state: 'failed', problem });
            throw new ContractError('port-in-use', problem.message, problem);
          }
      return set(id, { state: 'running', listeners, startedAtMs: Date.now() });
    },
    stop: (id) => set(id, { state: 'stopped', listeners: [] }),
  };
}
