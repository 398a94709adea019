import { connect, createServer, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { isIP } from 'node:net';
import type { Address } from '../../core/address.ts';
import type { Clock } from '../../core/clock.ts';
import type { Logger } from '../../core/logger.ts';
import type { ByteStream, ByteStreamEvents } from '../byte-stream.ts';
import { StreamTransport, type PoolLimits } from '../stream-transport.ts';
import type { TransportError } from '../transport.ts';
import { ipVersionToBind, toBindError, toTransportError } from './socket-errors.ts';

/** When the system starts to ask whether a silent peer is still there; it finds peers that vanished without a word. */
const KEEP_ALIVE_DELAY_MS = 60_000;
/** Connections the system holds for us until they are accepted. */
const BACKLOG = 1024;

export interface TcpOptions {
  readonly clock: Clock;
  readonly log?: Logger;
  readonly limits?: Partial<PoolLimits>;
}

/**
 * Binds a TCP listener, IPv4 or IPv6 by the form of the literal, with its pool of connections. `::` takes IPv6 only, as for UDP.
 * Connections it opens leave from the bound address (unless that is a wildcard) and a port of the system's choice.
 * @param address - IP literal and port; port 0 takes a free one.
 * @throws TransportError code 'in-use' | 'not-available' | 'denied'.
 */
export async function bindTcp(address: Address, options: TcpOptions): Promise<StreamTransport> {
  const version = ipVersionToBind(address);
  const server = createServer({ allowHalfOpen: true, noDelay: true });
  try {
    const listening = once(server, 'listening');
    server.listen({ host: address.host, port: address.port, ipv6Only: version === 6, backlog: BACKLOG });
    await listening;
  } catch (error) {
    throw toBindError(error, address);
  }
  const local = { host: address.host, port: portOf(server) };
  const transport = new StreamTransport({
    protocol: 'tcp',
    local,
    clock: options.clock,
    log: options.log,
    limits: options.limits,
    allocate: (size) => Buffer.allocUnsafeSlow(size),
    dial: (remote, events) => dial(local, remote, events),
    stopListening: () => stop(server),
  });
  server.on('connection', (socket) => {
    const remote = { host: socket.remoteAddress ?? '', port: socket.remotePort ?? 0 };
    transport.accept(remote, (events) => new SocketStream(socket, remote, events));
  });
  server.on('error', (error) => {
    // Accepting failed (out of descriptors, say); the listener goes on.
    options.log?.warn('TCP listener error', { error: error.message });
  });
  return transport;
}

function dial(local: Address, remote: Address, events: ByteStreamEvents): ByteStream {
  const isWildcard = local.host === '0.0.0.0' || local.host === '::';
  const socket = connect({
    host: remote.host,
    port: remote.port,
    allowHalfOpen: true,
    noDelay: true,
    // Targets are IP literals: no name is looked up here.
    lookup: (hostname, _options, answer) => {
      answer(Object.assign(new Error(`${hostname} is no IP address`), { code: 'ENOTFOUND' }), '', 0);
    },
    ...(isWildcard ? {} : { localAddress: local.host }),
  });
  return new SocketStream(socket, remote, events);
}

class SocketStream implements ByteStream {
  readonly remote: Address;
  readonly #socket: Socket;
  #local: Address | undefined;

  constructor(socket: Socket, remote: Address, events: ByteStreamEvents) {
    this.#socket = socket;
    this.remote = remote;
    let error: TransportError | undefined;
    socket.setKeepAlive(true, KEEP_ALIVE_DELAY_MS);
    socket.on('connect', () => {
      events.onOpen();
    });
    socket.on('data', (chunk: Buffer) => {
      events.onData(chunk);
    });
    socket.on('end', () => {
      events.onEnd();
    });
    socket.on('error', (cause) => {
      error = toTransportError(cause, remote);
    });
    socket.on('close', () => {
      events.onClosed(error);
    });
  }

  /** Asked of the system once; a socket that is gone cannot tell any more. */
  get local(): Address {
    const { localAddress, localPort } = this.#socket;
    if (this.#local === undefined && localAddress !== undefined && localPort !== undefined) {
      this.#local = { host: localAddress, port: localPort };
    }
    return this.#local ?? { host: isIP(this.remote.host) === 6 ? '::' : '0.0.0.0', port: 0 };
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

async function stop(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  await closed;
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
