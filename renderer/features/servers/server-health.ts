import { bindsOf, MODE_PURPOSES, parseBind } from '../../../app/contract/server-config.ts';
import type { Listener, ServerInfo, ServerProblem } from '../../../app/contract/servers.ts';
import { formatCount } from '../wire/index.ts';

/** How a server is, in a dot and two or three words. */
export interface Health {
  readonly kind: 'run' | 'bad' | 'attention' | 'off';
  readonly text: string;
}

/** Above this delay of the event loop answers come late. */
const LAG_LIMIT_MS = 100;

const PROBLEMS: Readonly<Record<ServerProblem['code'], string>> = {
  'port-in-use': 'Port in use',
  'address-not-available': 'Address not available',
  'permission-denied': 'Not permitted',
  'store-unavailable': 'Location store away',
  'invalid-config': 'Settings not valid',
  crashed: 'Crashed',
  'not-responding': 'Not responding',
  internal: 'Did not start',
};

export function healthOf(server: ServerInfo): Health {
  const { state, problem, stats } = server;
  switch (state) {
    case 'stopped':
      return { kind: 'off', text: 'Stopped' };
    case 'starting':
      return { kind: 'attention', text: server.step ?? 'Starting' };
    case 'stopping':
      return {
        kind: 'attention',
        text: stats.activeCalls > 0 ? `Stopping, calls draining ${stats.activeCalls}` : 'Stopping',
      };
    case 'failed':
      return { kind: 'bad', text: problem === undefined ? 'Did not start' : PROBLEMS[problem.code] };
    case 'crashed': {
      const exit = problem?.exitCode;
      return { kind: 'bad', text: exit === undefined ? 'Crashed' : `Crashed, exit ${exit}` };
    }
    case 'running':
      if (problem !== undefined) return { kind: 'attention', text: PROBLEMS[problem.code] };
      if (stats.loopLagMs > LAG_LIMIT_MS)
        return { kind: 'attention', text: `Loop lag ${formatCount(stats.loopLagMs)} ms` };
      return { kind: 'run', text: `${formatCount(stats.messagesPerSec)} msg/s` };
  }
}

export type ServerGroup = 'Problems' | 'Running' | 'Stopped';
export const SERVER_GROUPS: readonly ServerGroup[] = ['Problems', 'Running', 'Stopped'];

export function groupOf(server: ServerInfo): ServerGroup {
  if (server.state === 'failed' || server.state === 'crashed') return 'Problems';
  return server.state === 'stopped' ? 'Stopped' : 'Running';
}

/** Whether it holds ports or is about to: then only stopping makes sense. */
export const isActive = (server: ServerInfo): boolean => groupOf(server) === 'Running';

/** `udp 127.0.0.1:5060` */
export const formatListener = (listener: Listener): string =>
  `${listener.protocol} ${formatAddress(listener)}`;

const formatAddress = ({ host, port }: Listener): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** The listeners of a server in one line, `udp+tcp 127.0.0.1:5060`: real ones while it runs, else those of its settings. */
export function listenersText({ listeners, config }: ServerInfo): string {
  const asked: readonly Listener[] = bindsOf(config).map(({ protocol, bind }) => ({
    protocol,
    ...parseBind(bind),
  }));
  const protocols = new Map<string, string[]>();
  for (const listener of listeners.length > 0 ? listeners : asked) {
    const address = formatAddress(listener);
    protocols.set(address, [...(protocols.get(address) ?? []), listener.protocol]);
  }
  const parts = [...protocols].map(([address, names]) => `${names.join('+')} ${address}`);
  return parts.length === 0 ? 'no listeners' : parts.join(', ');
}

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127\./.test(host);

/** Those that others on the network can reach. */
export const exposedListeners = (listeners: readonly Listener[]): readonly Listener[] =>
  listeners.filter((l) => !isLoopback(l.host));

export const modeTitle = (server: ServerInfo): string => MODE_PURPOSES[server.config.mode].title;
