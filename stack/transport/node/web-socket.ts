import type { Address } from '../../core/address.ts';
import type { StreamTransport } from '../stream-transport.ts';
import { listenStreams, type ListenOptions, type Mux } from './stream-listener.ts';
import type { TlsContext } from './tls-context.ts';
import type { WebSocketOptions } from './web-socket-upgrade.ts';

export interface WebSocketListenOptions extends ListenOptions {
  readonly webSocket?: WebSocketOptions;
}

/**
 * Binds a WebSocket listener with its pool of connections; the subprotocol `sip` is demanded of both sides. @rfc 7118
 * @param address - IP literal and port; port 0 takes a free one.
 * @throws TransportError code 'in-use' | 'not-available' | 'denied'.
 */
export async function bindWs(address: Address, options: WebSocketListenOptions): Promise<StreamTransport> {
  const { webSocket: rules, ...rest } = options;
  const { webSocket } = await listenStreams(address, { takes: 'web-socket', webSocket: rules }, rest);
  return webSocket;
}

/** `bindWs` over TLS. @throws TransportError code 'in-use' | 'not-available' | 'denied' | 'tls'. */
export async function bindWss(
  address: Address,
  options: WebSocketListenOptions & { readonly tls: TlsContext },
): Promise<StreamTransport> {
  const { webSocket: rules, tls, ...rest } = options;
  const { webSocket } = await listenStreams(address, { takes: 'web-socket', webSocket: rules, tls }, rest);
  return webSocket;
}

/**
 * Binds one port for SIP and for WebSockets, with TLS or without; the first line of a connection tells which it is.
 * The port is free again when both transports are closed.
 * @throws TransportError code 'in-use' | 'not-available' | 'denied' | 'tls'.
 */
export async function bindMux(
  address: Address,
  options: WebSocketListenOptions & { readonly tls?: TlsContext },
): Promise<Mux> {
  const { webSocket, tls, ...rest } = options;
  return await listenStreams(address, { takes: 'both', webSocket, tls }, rest);
}
