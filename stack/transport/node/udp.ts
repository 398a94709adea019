import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Address, Protocol } from '../../core/address.ts';
import type { Clock } from '../../core/clock.ts';
import { Emitter, type Unsubscribe } from '../../core/emitter.ts';
import { silentLogger, type Logger } from '../../core/logger.ts';
import {
  addressDefect,
  TransportError,
  type ConnectionEvent,
  type Received,
  type Sent,
  type Target,
  type Transport,
  type TransportState,
} from '../transport.ts';
import { ipVersionToBind, toBindError, toTransportError } from './socket-errors.ts';

/** Room for what arrives during a garbage collection; with the system's default of about 200 kB such pauses lose packets. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

export interface UdpOptions {
  readonly clock: Clock;
  readonly log?: Logger;
}

/**
 * Binds a UDP socket, IPv4 or IPv6 by the form of the literal. A socket on `::` takes IPv6 only, so that it goes with one on `0.0.0.0`.
 * `Received.to` is the bound address: for a wildcard Node cannot tell which of its addresses a datagram was sent to.
 * @param address - IP literal and port; port 0 takes a free one.
 * @throws TransportError code 'in-use' | 'not-available' | 'denied'.
 */
export async function bindUdp(address: Address, options: UdpOptions): Promise<Transport> {
  const version = ipVersionToBind(address);
  const socket = createSocket({
    type: version === 4 ? 'udp4' : 'udp6',
    ipv6Only: version === 6,
    lookup: answerAtOnce,
  });
  try {
    // The lookup answers at once, so 'listening' may come from inside bind.
    const listening = once(socket, 'listening');
    socket.bind(address.port, address.host);
    await listening;
  } catch (error) {
    socket.close();
    throw toBindError(error, address);
  }
  return new UdpTransport(socket, options);
}

/** Targets are IP literals; anything else the system refuses, which reports 'unreachable'. */
function answerAtOnce(
  hostname: string,
  options: unknown,
  callback: (error: NodeJS.ErrnoException | null, address: string, family: number) => void,
): void {
  callback(null, hostname, 0);
}

class UdpTransport implements Transport {
  readonly protocol: Protocol = 'udp';
  readonly isReliable = false;
  readonly local: Address;
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #received = new Emitter<Received>();
  readonly #sent = new Emitter<Sent>();
  readonly #connections = new Emitter<ConnectionEvent>();
  readonly #states = new Emitter<TransportState>();
  #messageCount = 0;
  #closing: Promise<void> | undefined;

  constructor(socket: Socket, { clock, log = silentLogger }: UdpOptions) {
    this.#socket = socket;
    this.#clock = clock;
    this.#log = log;
    const { address, port } = socket.address();
    this.local = { host: address, port };
    this.#enlargeReceiveBuffer();
    socket.on('message', (bytes, remote) => {
      this.#receive(bytes, remote);
    });
    socket.on('error', (error) => {
      // What a socket reports outside a send concerns no message of ours; the socket goes on.
      this.#log.warn('UDP socket error', { error: error.message });
    });
  }

  get messageCount(): number {
    return this.#messageCount;
  }

  send(bytes: Uint8Array, target: Target, onFailed?: (error: TransportError) => void): void {
    const { host, port } = target.address;
    if (this.#closing !== undefined || !(port > 0 && port < 65_536) || host === '') {
      if (onFailed !== undefined) this.#refuse(target.address, onFailed);
      return;
    }
    this.#messageCount++;
    if (this.#sent.listenerCount > 0) {
      const atMs = this.#clock.now();
      this.#sent.emit({ bytes, from: this.local, to: target.address, atMs, connectionId: undefined });
    }
    if (onFailed === undefined) {
      // Without a callback Node drops the error itself, and a send is cheaper.
      this.#socket.send(bytes, port, host);
    } else {
      this.#socket.send(bytes, port, host, (error) => {
        if (error !== null) onFailed(toTransportError(error, target.address));
      });
    }
  }

  onReceived(listener: (received: Received) => void): Unsubscribe {
    return this.#received.on(listener);
  }

  onSending(listener: (sent: Sent) => void): Unsubscribe {
    return this.#sent.on(listener);
  }

  onConnection(listener: (event: ConnectionEvent) => void): Unsubscribe {
    return this.#connections.on(listener);
  }

  onStateChanged(listener: (state: TransportState) => void): Unsubscribe {
    return this.#states.on(listener);
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.resolve();
    this.#states.emit('closing');
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
    this.#states.emit('closed');
  }

  #receive(bytes: Uint8Array, remote: RemoteInfo): void {
    if (this.#closing !== undefined) return;
    this.#messageCount++;
    this.#received.emit({
      bytes,
      from: { host: remote.address, port: remote.port },
      to: this.local,
      atMs: this.#clock.now(),
      connectionId: undefined,
    });
  }

  #refuse(to: Address, onFailed: (error: TransportError) => void): void {
    const error =
      this.#closing === undefined
        ? addressDefect(this.local, to)
        : new TransportError('closed', 'the transport is closed');
    if (error === undefined) return;
    this.#clock.after(0, () => {
      onFailed(error);
    });
  }

  #enlargeReceiveBuffer(): void {
    try {
      this.#socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
    } catch (error) {
      this.#log.warn('UDP receive buffer stays at the default of the system', { error: String(error) });
    }
  }
}
