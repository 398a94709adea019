import { formatAddress, ipVersion, isWildcard, type Address } from '../../../stack/core/address.ts';
import type { NodeListener } from './node-port.ts';
import type { NodeTransport } from './node-rules.ts';

/** Ends of the names that a node gives to expressions, beside its own name. */
const SUFFIXES = ['host', 'port', 'uri', 'udp', 'tcp', 'tls', 'ws', 'wss'] as const;

/** Whether a name of an expression is one that a node gives. */
export const isNameOf = (node: string, name: string): boolean =>
  name === node || SUFFIXES.some((suffix) => name === `${node}_${suffix}`);

/** Where a listener is reached from this machine. */
function reachable({ address }: NodeListener): Address {
  if (!isWildcard(address.host)) return address;
  return { host: ipVersion(address.host) === 6 ? '::1' : '127.0.0.1', port: address.port };
}

/** `sip:127.0.0.1:5060;transport=tcp`; over UDP without the parameter. */
function uriOf(listener: NodeListener): string {
  const { transport } = listener;
  const parameter = transport === 'udp' ? '' : `;transport=${transport === 'wss' ? 'ws' : transport}`;
  return `sip:${formatAddress(reachable(listener))}${parameter}`;
}

/**
 * Variables about where nodes listen: NAME (HOST:PORT), NAME_host, NAME_port and NAME_uri of the first listener, NAME_udp (HOST:PORT) and so on
 * of the first over that transport.
 */
export function namesOfNodes(
  nodes: ReadonlyMap<string, readonly NodeListener[]>,
): Readonly<Record<string, string | number>> {
  const named: Record<string, string | number> = {};
  for (const [name, listeners] of nodes) {
    const [first] = listeners;
    if (first === undefined) continue;
    const address = reachable(first);
    named[name] = formatAddress(address);
    named[`${name}_host`] = address.host;
    named[`${name}_port`] = address.port;
    named[`${name}_uri`] = uriOf(first);
    for (const listener of listeners)
      named[`${name}_${listener.transport}`] ??= formatAddress(reachable(listener));
  }
  return named;
}

/** URI of a node for whoever talks over a transport: that of its first listener where it has none over it. */
export function uriOfNode(listeners: readonly NodeListener[], transport: NodeTransport): string {
  const listener = listeners.find((one) => one.transport === transport) ?? listeners[0];
  return listener === undefined ? '' : uriOf(listener);
}
