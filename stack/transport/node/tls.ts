import type { Address } from '../../core/address.ts';
import type { StreamTransport } from '../stream-transport.ts';
import { listenStreams, type ListenOptions } from './stream-listener.ts';
import type { TlsContext } from './tls-context.ts';

export interface TlsListenOptions extends ListenOptions {
  readonly tls: TlsContext;
}

/**
 * Binds a TLS listener with its pool of connections, as `bindTcp` does.
 * Connections it opens serve one name each: that of `Target.serverName`, else the address. @rfc 5922 §4
 * @param address - IP literal and port; port 0 takes a free one.
 * @throws TransportError code 'in-use' | 'not-available' | 'denied' | 'tls'.
 */
export async function bindTls(address: Address, options: TlsListenOptions): Promise<StreamTransport> {
  const { tls, ...rest } = options;
  const { sip } = await listenStreams(address, { takes: 'sip', tls }, rest);
  return sip;
}
