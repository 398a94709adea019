import { formatAddress, type Address, type Protocol } from '../core/address.ts';
import type { Clock } from '../core/clock.ts';
import { silentLogger, type Logger } from '../core/logger.ts';
import type { ByteStream, ByteStreamEvents, Dial } from './byte-stream.ts';
import { ObservableTransport } from './observable-transport.ts';
import {
  DEFAULT_STREAM_LIMITS,
  StreamConnection,
  type ConnectionOwner,
  type StreamLimits,
} from './stream-connection.ts';
import {
  addressDefect,
  type ConnectionEvent,
  TransportError,
  type Target,
  type Transport,
} from './transport.ts';

/** What a listener accepts. */
export interface PoolLimits extends StreamLimits {
  readonly acceptedConnections: number;
  /** From one address; loopback addresses are exempt. */
  readonly acceptedPerSource: number;
}

export const DEFAULT_POOL_LIMITS: PoolLimits = {
  ...DEFAULT_STREAM_LIMITS,
  acceptedConnections: 1024,
  acceptedPerSource: 64,
};

export interface StreamTransportOptions {
  readonly protocol: Protocol;
  readonly local: Address;
  readonly clock: Clock;
  readonly dial: Dial;
  /** Ends the listener; resolves when its port is free. */
  readonly stopListening: () => Promise<void>;
  readonly limits?: Partial<PoolLimits> | undefined;
  readonly allocate?: (size: number) => Uint8Array;
  readonly log?: Logger | undefined;
}

/**
 * A listener and its connections, accepted and opened, over any kind of stream.
 * A message goes over the connection it is meant for, else over one to the same remote address, else over a new one. @rfc 3261 §18.1.1, §18.2.2
 * One that the peer has half closed still takes answers for a moment, but no new request.
 */
export class StreamTransport extends ObservableTransport implements Transport {
  readonly protocol: Protocol;
  readonly isReliable = true;
  readonly local: Address;
  readonly #options: StreamTransportOptions;
  readonly #limits: PoolLimits;
  readonly #log: Logger;
  /** Every connection that is not gone. */
  readonly #all = new Set<StreamConnection>();
  /** Those that take messages. */
  readonly #byId = new Map<string, StreamConnection>();
  /** Those that take new requests, by remote address. */
  readonly #byRemote = new Map<string, StreamConnection>();
  readonly #acceptedBySource = new Map<string, number>();
  readonly #accepted = new Set<StreamConnection>();
  #connectionCount = 0;
  #refusedConnections = 0;
  #onEmpty: (() => void) | undefined;

  constructor(options: StreamTransportOptions) {
    super(options.clock);
    this.#options = options;
    this.#limits = { ...DEFAULT_POOL_LIMITS, ...options.limits };
    this.#log = options.log ?? silentLogger;
    this.protocol = options.protocol;
    this.local = options.local;
  }

  get stats(): { readonly connections: number; readonly refusedConnections: number } {
    return { connections: this.#all.size, refusedConnections: this.#refusedConnections };
  }

  send(bytes: Uint8Array, target: Target, onFailed?: (error: TransportError) => void): void {
    const connection = this.#connectionFor(target);
    if (!(connection instanceof TransportError)) connection.send(bytes, onFailed);
    else if (onFailed !== undefined) void Promise.resolve(connection).then(onFailed);
  }

  /** Takes over a stream that a peer opened; past the limits it is closed at once. */
  accept(remote: Address, open: (events: ByteStreamEvents) => ByteStream): void {
    const refusal = this.#refusal(remote);
    if (refusal !== undefined) {
      this.#refusedConnections++;
      this.#log.warn('Connection refused', { remote: formatAddress(remote), reason: refusal });
      open(DEAF).destroy();
      return;
    }
    this.#acceptedBySource.set(remote.host, (this.#acceptedBySource.get(remote.host) ?? 0) + 1);
    const connection = this.#connect('accepted', remote, open);
    this.#accepted.add(connection);
    this.#owner.onOpened(connection);
  }

  protected override async shutDown(): Promise<void> {
    const stopped = this.#options.stopListening();
    const emptied = new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
    });
    for (const connection of this.#all) connection.close();
    if (this.#all.size > 0) await emptied;
    await stopped;
  }

  #refusal(remote: Address): string | undefined {
    if (this.isClosing) return 'closing';
    if (this.#accepted.size >= this.#limits.acceptedConnections) return 'too many connections';
    const fromSource = this.#acceptedBySource.get(remote.host) ?? 0;
    const isLimited = fromSource >= this.#limits.acceptedPerSource && !isLoopback(remote.host);
    return isLimited ? 'too many connections from this address' : undefined;
  }

  #connectionFor({ address, connectionId }: Target): StreamConnection | TransportError {
    if (this.isClosing) return new TransportError('closed', 'the transport is closed');
    const known = connectionId === undefined ? undefined : this.#byId.get(connectionId);
    const existing = known ?? this.#byRemote.get(formatAddress(address));
    if (existing !== undefined) return existing;
    const defect = addressDefect(this.local, address);
    return defect ?? this.#connect('dialled', address, (events) => this.#options.dial(address, events));
  }

  #connect(
    origin: 'accepted' | 'dialled',
    remote: Address,
    open: (events: ByteStreamEvents) => ByteStream,
  ): StreamConnection {
    const { protocol, clock, allocate } = this.#options;
    const connection = new StreamConnection({
      id: `${protocol}-${this.local.port}-${++this.#connectionCount}`,
      origin,
      clock,
      limits: this.#limits,
      owner: this.#owner,
      open,
      ...(allocate === undefined ? {} : { allocate }),
    });
    this.#all.add(connection);
    this.#byId.set(connection.id, connection);
    this.#byRemote.set(formatAddress(remote), connection);
    return connection;
  }

  #retire(connection: StreamConnection): void {
    const key = formatAddress(connection.remote);
    if (this.#byRemote.get(key) === connection) this.#byRemote.delete(key);
  }

  #forget(connection: StreamConnection): void {
    this.#all.delete(connection);
    if (this.#accepted.delete(connection)) {
      const { host } = connection.remote;
      const left = (this.#acceptedBySource.get(host) ?? 1) - 1;
      if (left > 0) this.#acceptedBySource.set(host, left);
      else this.#acceptedBySource.delete(host);
    }
    if (this.#all.size === 0) this.#onEmpty?.();
  }

  #announce(kind: ConnectionEvent['kind'], connection: StreamConnection, error?: TransportError): void {
    const { id: connectionId, local, remote } = connection;
    this.tellConnection({ kind, connectionId, local, remote, ...(error === undefined ? {} : { error }) });
  }

  readonly #owner: ConnectionOwner = {
    onOpened: (connection) => {
      this.#announce('opened', connection);
    },
    onMessage: (connection, bytes) => {
      this.tellReceived(bytes, connection.remote, connection.local, connection.id);
    },
    onSent: (connection, bytes) => {
      this.tellSending(bytes, connection.local, connection.remote, connection.id);
    },
    onRetired: (connection) => {
      this.#retire(connection);
    },
    onEnding: (connection) => {
      this.#byId.delete(connection.id);
      this.#retire(connection);
    },
    onGone: (connection, error) => {
      this.#forget(connection);
      this.#announce(error === undefined ? 'closed' : 'failed', connection, error);
    },
  };
}

/** For streams that are refused: nobody wants to know. */
const DEAF: ByteStreamEvents = {
  onOpen: () => undefined,
  onData: () => undefined,
  onEnd: () => undefined,
  onClosed: () => undefined,
};

function isLoopback(host: string): boolean {
  return host.startsWith('127.') || host === '::1';
}
