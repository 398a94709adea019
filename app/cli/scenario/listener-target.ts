import { formatAddress } from '../../../stack/core/address.ts';
import type { Program } from '../../../scenarios/engine/program.ts';
import type { Listener } from '../../contract/servers.ts';

const familyOf = (host: string): 4 | 6 => (host.includes(':') ? 6 : 4);

/**
 * Where a scenario finds a server: of its listeners the first one that the first actor can talk to, by transport and by address family; else
 * the first one. Without a user: what a server is, not who is there. An address of all interfaces is the loopback.
 */
export function targetFor({ actors }: Program, listeners: readonly Listener[]): string {
  const { transport = 'udp', listen = '' } = actors[0]?.actor ?? {};
  const fitting = listeners.filter(({ protocol }) => protocol === transport);
  const family = familyOf(listen.replace(/:\d+$/, ''));
  const { host = '127.0.0.1', port = 5060 } =
    fitting.find((listener) => familyOf(listener.host) === family) ?? fitting[0] ?? listeners[0] ?? {};
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `sip:${formatAddress({ host: reachable, port })}`;
}
