import type { Address, Protocol } from '../../../stack/core/address.ts';
import { isUnspecified, parseIp } from './pcapng/ip-address.ts';
import type { TrafficServer } from './traffic-api.ts';

interface NamedServer {
  readonly id: string;
  readonly name: string;
}

/** Who captured what, by id and by listener. A server that is gone keeps the name it had when it captured. */
export class ServerNames {
  readonly #byId = new Map<string, NamedServer>();
  #servers: readonly TrafficServer[] = [];

  /** @returns whether a name that was known has changed. */
  set(servers: readonly TrafficServer[]): boolean {
    this.#servers = servers;
    return servers.map(({ id, name }) => this.remember({ id, name })).some(Boolean);
  }

  remember({ id, name }: NamedServer): boolean {
    const known = this.#byId.get(id);
    if (known?.name === name) return false;
    this.#byId.set(id, { id, name });
    return known !== undefined;
  }

  byId(id: string): NamedServer | undefined {
    return this.#byId.get(id);
  }

  /** The server that listens at `address`; one bound to every interface listens at every loopback address at least. */
  byListener(protocol: Protocol, address: Address): NamedServer | undefined {
    return this.#servers.find(({ listeners }) =>
      listeners.some(
        (l) =>
          l.protocol === protocol &&
          l.port === address.port &&
          (l.host === address.host || (isAnyHost(l.host) && isLoopback(address.host))),
      ),
    );
  }
}

function isAnyHost(host: string): boolean {
  const ip = parseIp(host);
  return ip !== undefined && isUnspecified(ip);
}

const isLoopback = (host: string): boolean => host === '::1' || host.startsWith('127.');
