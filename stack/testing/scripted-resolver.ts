import type { Protocol } from '../core/address.ts';
import type { Hop, Resolver } from '../resolver/resolver.ts';

/** A hop in short: an IP literal for UDP and port 5060, or the hop itself. */
type ScriptedHop = string | Hop;

/** A resolver that knows the hops of some host names, whatever the URI asks for besides. */
export function scriptedResolver(hosts: Readonly<Record<string, readonly ScriptedHop[]>>): Resolver {
  return {
    resolve: ({ host }) => {
      const hops = (hosts[host] ?? []).map((hop): Hop => (typeof hop === 'string' ? hopTo(hop, host) : hop));
      const failure = hops.length === 0 ? `${host} has no address` : undefined;
      return Promise.resolve({ hops, steps: [], failure });
    },
  };
}

/** @param serverName - the host of the URI. */
export function hopTo(host: string, serverName: string, protocol: Protocol = 'udp', port = 5060): Hop {
  return { protocol, address: { host, port }, serverName };
}
