import type { Address } from '../../core/address.ts';
import type { StreamTransport } from '../stream-transport.ts';
import { listenStreams, type ListenOptions } from './stream-listener.ts';

export type TcpOptions = ListenOptions;

/**
 * Binds a TCP listener, IPv4 or IPv6 by the form of the literal, with its pool of connections. `::` takes IPv6 only, as for UDP.
 * Connections it opens leave from the bound address (unless that is a wildcard) and a port of the system's choice.
 * @param address - IP literal and port; port 0 takes a free one.
 * @throws TransportError code 'in-use' | 'not-available' | 'denied'.
 */
export async function bindTcp(address: Address, options: TcpOptions): Promise<StreamTransport> {
  const { sip } = await listenStreams(address, { takes: 'sip' }, options);
  return sip;
}
