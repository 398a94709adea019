import { networkInterfaces } from 'node:os';
import { BlockList } from 'node:net';
import type { Advertise, PublicAddress } from '../../stack/agent/listeners.ts';
import { parseAdvertised } from '../contract/server-config.ts';

/** An address of this machine and the network it is in. */
export interface LocalAddress {
  readonly address: string;
  readonly family: 'IPv4' | 'IPv6';
  /** `192.168.1.20/24` */
  readonly cidr: string | null;
  readonly internal: boolean;
}

/** The addresses of this machine at this moment. */
export function localAddresses(): readonly LocalAddress[] {
  return Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
}

/**
 * What a listener bound to a wildcard shows a peer: our address in the peer's own network, else the first one that is not loopback.
 * Nobody asks the routing table, so with several networks a listener bound to one address is the safer choice.
 */
export function advertised(addresses: readonly LocalAddress[], remoteHost: string): string | undefined {
  const family = remoteHost.includes(':') ? 'IPv6' : 'IPv4';
  const own = addresses.filter((address) => address.family === family);
  const neighbour = own.find(({ cidr }) => cidr !== null && isWithin(cidr, remoteHost));
  const best = neighbour ?? own.find(({ internal }) => !internal) ?? own[0];
  return best?.address;
}

/**
 * The addresses that a configuration shows everybody.
 * @param specs - `[PROTOCOL=]HOST[:PORT]`, checked; one that names a protocol goes before one that does not.
 */
export function createPublicAddress(specs: readonly string[]): PublicAddress {
  const told = specs.map(parseAdvertised);
  return ({ protocol, local }) => {
    const own = told.find((t) => t.protocol === protocol) ?? told.find((t) => t.protocol === undefined);
    return own && { host: own.host, port: own.port ?? local.port };
  };
}

/** {@link advertised} with the machine's addresses, remembered for a peer's host. */
export function createAdvertise(): Advertise {
  const known = new Map<string, string>();
  return (transport, remoteHost) => {
    const remembered = known.get(remoteHost);
    if (remembered !== undefined) return remembered;
    const shown = advertised(localAddresses(), remoteHost) ?? transport.local.host;
    if (known.size >= MAX_REMEMBERED) known.clear();
    known.set(remoteHost, shown);
    return shown;
  };
}

const MAX_REMEMBERED = 1000;

function isWithin(cidr: string, host: string): boolean {
  const [network = '', prefix = ''] = cidr.split('/');
  const family = network.includes(':') ? 'ipv6' : 'ipv4';
  const list = new BlockList();
  list.addSubnet(network, Number(prefix), family);
  return list.check(host, family);
}
