import { connect, isIP, type Socket } from 'node:net';
import { isWildcard, type Address } from '../../core/address.ts';
import type { ByteStream, ByteStreamEvents } from '../byte-stream.ts';
import type { TlsDetails } from '../tls-details.ts';
import type { TransportError } from '../transport.ts';
import { toTransportError } from './socket-errors.ts';

/** When the system starts to ask whether a silent peer is still there; it finds peers that vanished without a word. */
const KEEP_ALIVE_DELAY_MS = 60_000;

export interface SocketStreamOptions {
  /** Says that the stream is open; only of dialled ones. */
  readonly openEvent?: 'connect' | 'secureConnect';
  /** Asked once the stream is open. */
  readonly details?: () => TlsDetails;
  readonly toError?: (error: unknown, remote: Address, isOpen: boolean) => TransportError;
}

/** Begins to open a TCP connection from the bound address (unless that is a wildcard) and a port of the system's choice. */
export function dialSocket(local: Address, remote: Address): Socket {
  return connect({
    host: remote.host,
    port: remote.port,
    allowHalfOpen: true,
    noDelay: true,
    lookup: refuseNames,
    ...localAddress(local),
  });
}

/** Where a connection leaves from. */
export function localAddress({ host }: Address): { readonly localAddress?: string } {
  return isWildcard(host) ? {} : { localAddress: host };
}

/** Targets are IP literals: no name is looked up here. */
export function refuseNames(
  hostname: string,
  _options: unknown,
  answer: (error: NodeJS.ErrnoException | null, address: string, family: number) => void,
): void {
  answer(Object.assign(new Error(`${hostname} is no IP address`), { code: 'ENOTFOUND' }), '', 0);
}

/** Both addresses of a socket, kept from the first time on: one that is gone cannot tell any more. */
export class SocketAddresses {
  readonly remote: Address;
  readonly #socket: Socket;
  #local: Address | undefined;

  constructor(socket: Socket, remote: Address) {
    this.#socket = socket;
    this.remote = remote;
  }

  get local(): Address {
    const { localAddress: host, localPort: port } = this.#socket;
    if (this.#local === undefined && host !== undefined && port !== undefined) this.#local = { host, port };
    return this.#local ?? { host: isIP(this.remote.host) === 6 ? '::' : '0.0.0.0', port: 0 };
  }
}

/** A TCP or TLS socket as the pool sees it. */
export class SocketStream implements ByteStream {
  readonly #socket: Socket;
  readonly #addresses: SocketAddresses;
  #tls: TlsDetails | undefined;

  constructor(socket: Socket, remote: Address, events: ByteStreamEvents, options: SocketStreamOptions = {}) {
    this.#socket = socket;
    this.#addresses = new SocketAddresses(socket, remote);
    const { openEvent, toError = toTransportError } = options;
    let isOpen = openEvent === undefined;
    let error: TransportError | undefined;
    socket.setKeepAlive(true, KEEP_ALIVE_DELAY_MS);
    if (isOpen) this.#tls = options.details?.();
    else
      socket.on(openEvent ?? 'connect', () => {
        isOpen = true;
        this.#tls = options.details?.();
        events.onOpen();
      });
    socket.on('data', (chunk: Buffer) => {
      events.onData(chunk);
    });
    socket.on('end', () => {
      events.onEnd();
    });
    socket.on('error', (cause) => {
      error = toError(cause, remote, isOpen);
    });
    socket.on('close', () => {
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

  write(chunks: readonly Uint8Array[], onTaken: () => void): void {
    const [first] = chunks;
    const bytes = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks);
    this.#socket.write(bytes, (error) => {
      if (error === null || error === undefined) onTaken();
    });
  }

  close(): void {
    this.#socket.destroySoon();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
