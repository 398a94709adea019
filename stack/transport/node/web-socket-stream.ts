import { isUtf8 } from 'node:buffer';
import type { Socket } from 'node:net';
import { WebSocket, type RawData } from 'ws';
import { formatHost, type Address } from '../../core/address.ts';
import type { ByteStream, ByteStreamEvents } from '../byte-stream.ts';
import type { TlsDetails } from '../tls-details.ts';
import { TransportError } from '../transport.ts';
import { SocketAddresses } from './socket-stream.ts';
import { systemCode, toTransportError } from './socket-errors.ts';

/** @rfc 7118 §4.1 */
export const SUBPROTOCOL = 'sip';
/** Ends without anything wrong: the normal one, one of a page that goes away, and one without a code. @rfc 6455 §7.4.1 */
const ORDERLY_CODES: readonly number[] = [1000, 1001, 1005];
const NORMAL = 1000;
const HOST_NAME = /^[\w.-]+$/;

export interface WebSocketStreamOptions {
  readonly details?: () => TlsDetails;
  readonly toError?: (error: unknown, remote: Address, isOpen: boolean) => TransportError;
}

export interface WebSocketDialOptions extends WebSocketStreamOptions {
  /** A connection that is being opened. */
  readonly socket: Socket;
  readonly remote: Address;
  readonly isSecure: boolean;
  readonly serverName: string | undefined;
  readonly path: string;
  readonly maxPayload: number;
}

/** Begins a WebSocket handshake over a connection that is being opened. @rfc 7118 §4.2 */
export function dialWebSocket(options: WebSocketDialOptions, events: ByteStreamEvents): ByteStream {
  const { socket, remote, isSecure, serverName, path, maxPayload } = options;
  const address = `${formatHost(remote.host.replace(/%.*$/, ''))}:${remote.port}`;
  // The name stands in Host only: one that is no name to URLs, such as a broken punycode, must not break the URL.
  const Host =
    serverName !== undefined && HOST_NAME.test(serverName) ? `${serverName}:${remote.port}` : address;
  const webSocket = new WebSocket(`${isSecure ? 'wss' : 'ws'}://${address}${path}`, SUBPROTOCOL, {
    createConnection: () => socket,
    headers: { Host },
    perMessageDeflate: false,
    followRedirects: false,
    maxPayload,
  });
  return new WebSocketStream(webSocket, socket, remote, events, options);
}

/** A WebSocket as the pool sees it: each of its messages is one chunk. @rfc 7118 §5 */
export class WebSocketStream implements ByteStream {
  readonly #webSocket: WebSocket;
  readonly #addresses: SocketAddresses;
  #tls: TlsDetails | undefined;
  #onPong: (() => void) | undefined;

  constructor(
    webSocket: WebSocket,
    socket: Socket,
    remote: Address,
    events: ByteStreamEvents,
    options: WebSocketStreamOptions,
  ) {
    this.#webSocket = webSocket;
    this.#addresses = new SocketAddresses(socket, remote);
    const { details, toError = toTransportError } = options;
    let isOpen = webSocket.readyState === WebSocket.OPEN;
    let error: TransportError | undefined;
    if (isOpen) this.#tls = details?.();
    webSocket.on('open', () => {
      isOpen = true;
      this.#tls = details?.();
      events.onOpen();
    });
    webSocket.on('message', (data) => {
      events.onData(asBuffer(data));
    });
    webSocket.on('pong', () => {
      this.#onPong?.();
    });
    webSocket.on('error', (cause) => {
      error ??= protocolError(cause, isOpen) ?? toError(cause, remote, isOpen);
    });
    webSocket.on('close', (code, reason) => {
      if (!ORDERLY_CODES.includes(code)) error ??= endedWith(code, reason.toString('latin1'));
      events.onClosed(error);
    });
  }

  get local(): Address {
    return this.#addresses.local;
  }

  get remote(): Address {
    return this.#addresses.remote;
  }

  get tls(): TlsDetails | undefined {
    return this.#tls;
  }

  /** Text where it can be: browsers read it as such; what is no UTF-8 goes as octets. @rfc 7118 §5.1 */
  write(chunks: readonly Uint8Array[], onTaken: () => void): void {
    let left = chunks.length;
    for (const chunk of chunks)
      this.#webSocket.send(chunk, { binary: !isUtf8(chunk) }, (error) => {
        if (error === null || error === undefined) left--;
        if (left === 0) onTaken();
      });
  }

  close(): void {
    this.#webSocket.close(NORMAL);
  }

  destroy(): void {
    this.#webSocket.terminate();
  }

  ping(onPong: () => void): void {
    this.#onPong = onPong;
    this.#webSocket.ping();
  }
}

function asBuffer(data: RawData): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

/** What is wrong with the WebSocket itself, not with the connection under it. */
function protocolError(cause: Error, isOpen: boolean): TransportError | undefined {
  const code = systemCode(cause);
  if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH')
    return new TransportError('too-large', 'a WebSocket message is longer than the limit', { cause });
  if (code.startsWith('WS_ERR_'))
    return new TransportError('closed', `the peer breaks the WebSocket protocol: ${cause.message}`, {
      cause,
    });
  if (isOpen || code !== '') return undefined;
  return new TransportError('refused', `the WebSocket handshake failed: ${cause.message}`, { cause });
}

function endedWith(code: number, reason: string): TransportError {
  const why = reason === '' ? '' : `: ${reason}`;
  return new TransportError('closed', `the WebSocket ended with code ${code}${why}`);
}
