import { formatAddress, type Address, type Protocol } from '../core/address.ts';
import type { Clock } from '../core/clock.ts';
import type { Unsubscribe } from '../core/emitter.ts';
import { DEFAULT_LIMITS, MAX_BODY_BYTES, type LimitName, type OnLimit } from '../core/limits.ts';
import { silentLogger, type Logger } from '../core/logger.ts';
import { Admission, type AdmissionLimits, type Pass } from './admission.ts';
import type { ByteStream, ByteStreamEvents, Dial } from './byte-stream.ts';
import { ConnectionIndex } from './connection-index.ts';
import type { MakeFramer } from './framer.ts';
import { StreamFramer } from './framing.ts';
import { MessageFramer } from './message-framing.ts';
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
  type OpenConnection,
  TransportError,
  type Target,
  type Transport,
} from './transport.ts';

/** What a listener accepts, and what each connection may take. */
export interface PoolLimits extends StreamLimits, AdmissionLimits {}

const DEFAULT_POOL_LIMITS: PoolLimits = {
  ...DEFAULT_STREAM_LIMITS,
  acceptedConnections: DEFAULT_LIMITS.connections,
  acceptedPerSource: DEFAULT_LIMITS.connectionsPerSource,
};

/** Limits with the defaults filled in; the largest body is one that no setting can raise. */
export function poolLimits(given: Partial<PoolLimits> = {}): PoolLimits {
  const limits = { ...DEFAULT_POOL_LIMITS, ...given };
  return { ...limits, bodyBytes: Math.min(limits.bodyBytes, MAX_BODY_BYTES) };
}

export interface StreamTransportOptions {
  readonly protocol: Protocol;
  readonly local: Address;
  readonly clock: Clock;
  readonly dial: Dial;
  /** Ends the listener; resolves when its port is free. */
  readonly stopListening: () => Promise<void>;
  readonly limits?: Partial<PoolLimits> | undefined;
  /** Shared by the transports of one listener; by default each counts for itself. */
  readonly admission?: Admission | undefined;
  /** How often peers of connections we opened are asked whether they are there; by default never. */
  readonly keepAliveMs?: number | undefined;
  readonly onLimit?: OnLimit | undefined;
  readonly allocate?: (size: number) => Uint8Array;
  readonly log?: Logger | undefined;
}

/** How a connection came into being. */
interface Birth {
  readonly origin: 'accepted' | 'dialled';
  readonly remote: Address;
  readonly serverName?: string | undefined;
  /** Who alone is given it. */
  readonly owner?: string | undefined;
  readonly open: (events: ByteStreamEvents) => ByteStream;
}

/**
 * A listener and its connections, accepted and opened, over any kind of stream.
 * A message goes over the connection it is meant for, else over one to the same remote address, else over a new one. @rfc 3261 §18.1.1, §18.2.2
 * Over TLS a connection serves one name only. @rfc 5922 §4
 * One that the peer has half closed still takes answers for a moment, but no new request.
 */
export class StreamTransport extends ObservableTransport implements Transport {
  readonly protocol: Protocol;
  readonly isReliable = true;
  readonly local: Address;
  readonly #options: StreamTransportOptions;
  readonly #limits: PoolLimits;
  readonly #log: Logger;
  readonly #admission: Admission;
  readonly #makeFramer: MakeFramer;
  /** Every connection that is not gone. */
  readonly #all = new Set<StreamConnection>();
  readonly #index: ConnectionIndex;
  readonly #passes = new Map<StreamConnection, Pass>();
  #connectionCount = 0;
  #refusedConnections = 0;
  #onEmpty: (() => void) | undefined;

  constructor(options: StreamTransportOptions) {
    super(options.clock);
    this.#options = options;
    this.#limits = poolLimits(options.limits);
    this.#log = options.log ?? silentLogger;
    this.#admission = options.admission ?? new Admission(this.#limits);
    this.protocol = options.protocol;
    this.local = options.local;
    this.#index = new ConnectionIndex(this.protocol === 'tls' || this.protocol === 'wss');
    this.#makeFramer = FRAMERS[this.protocol];
  }

  get stats(): { readonly connections: number; readonly refusedConnections: number } {
    return { connections: this.#all.size, refusedConnections: this.#refusedConnections };
  }

  /** It takes no connections and no messages any more. */
  get isClosed(): boolean {
    return this.isClosing;
  }

  send(bytes: Uint8Array, target: Target, onFailed?: (error: TransportError) => void): string | undefined {
    const connection = this.#connectionFor(target);
    if (!(connection instanceof TransportError)) {
      connection.send(bytes, onFailed);
      return connection.id;
    }
    if (onFailed !== undefined) void Promise.resolve(connection).then(onFailed);
    return undefined;
  }

  keepAlive(connectionId: string, nextDelayMs: () => number): Unsubscribe {
    return this.#index.get(connectionId)?.keepAlive(nextDelayMs) ?? (() => undefined);
  }

  alias(connectionId: string, port: number): void {
    this.#index.alias(connectionId, port);
  }

  release(owner: string): void {
    for (const connection of this.#index.ownedBy(owner)) connection.close();
  }

  connections(): readonly OpenConnection[] {
    return [...this.#all].map(({ id: connectionId, origin, local, remote, startMs, tls }) => ({
      connectionId,
      origin,
      local,
      remote,
      startMs,
      tls,
    }));
  }

  drop(connectionId: string): boolean {
    const connection = [...this.#all].find(({ id }) => id === connectionId);
    connection?.abort(new TransportError('closed', 'the connection was cut here'));
    return connection !== undefined;
  }

  /**
   * Takes over a stream that a peer opened; past the limits it is closed at once.
   * @param pass - of a stream that was let in before.
   */
  accept(remote: Address, open: (events: ByteStreamEvents) => ByteStream, pass?: Pass): void {
    const entry = pass ?? this.admit(remote);
    if (entry === undefined || this.isClosing) {
      entry?.leave();
      open(DEAF).destroy();
      return;
    }
    const connection = this.#connect({ origin: 'accepted', remote, open });
    this.#passes.set(connection, entry);
    this.#owner.onOpened(connection);
  }

  /** Lets a stream in that is not ready yet; undefined past the limits, which is counted. */
  admit(remote: Address): Pass | undefined {
    if (this.isClosing) return undefined;
    const entry = this.#admission.enter(remote);
    if (typeof entry !== 'string') return entry;
    this.#refusedConnections++;
    this.#log.warn('Connection refused', { remote: formatAddress(remote), reason: entry });
    this.#tellLimit(entry, remote);
    return undefined;
  }

  /** Tells that a stream which a peer opened never came to carry messages. */
  reportStillborn(local: Address, remote: Address, error: TransportError): void {
    this.tellConnection({ kind: 'failed', connectionId: this.#nextId(), local, remote, error });
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

  #connectionFor(target: Target): StreamConnection | TransportError {
    if (this.isClosing) return new TransportError('closed', 'the transport is closed');
    const existing = this.#index.find(target);
    if (existing !== undefined) return existing;
    const { address, serverName, sharing = 'shared', owner } = target;
    if (sharing === 'flow') return new TransportError('closed', 'the connection is gone');
    const defect = addressDefect(this.local, address);
    if (defect !== undefined) return defect;
    return this.#connect({
      origin: 'dialled',
      remote: address,
      serverName,
      owner,
      open: (events) => this.#options.dial(address, events, serverName),
    });
  }

  #connect({ origin, remote, serverName, owner, open }: Birth): StreamConnection {
    const { clock, allocate } = this.#options;
    const connection = new StreamConnection({
      id: this.#nextId(),
      origin,
      serverName,
      clock,
      limits: this.#limits,
      owner: this.#owner,
      open,
      makeFramer: this.#makeFramer,
      ...(allocate === undefined ? {} : { allocate }),
    });
    this.#all.add(connection);
    this.#index.add(connection, remote, owner);
    return connection;
  }

  #nextId(): string {
    return `${this.protocol}-${this.local.port}-${++this.#connectionCount}`;
  }

  #tellLimit(limit: LimitName, source: Address): void {
    this.#options.onLimit?.({ limit, source, atMs: this.#options.clock.now() });
  }

  #announce(kind: ConnectionEvent['kind'], connection: StreamConnection, error?: TransportError): void {
    const { id: connectionId, local, remote, tls } = connection;
    this.tellConnection({
      kind,
      connectionId,
      local,
      remote,
      ...(error === undefined ? {} : { error }),
      ...(tls === undefined ? {} : { tls }),
    });
  }

  readonly #owner: ConnectionOwner = {
    onOpened: (connection) => {
      const { keepAliveMs } = this.#options;
      if (keepAliveMs !== undefined && connection.origin === 'dialled')
        connection.keepAlive(() => keepAliveMs);
      this.#announce('opened', connection);
    },
    onMessage: (connection, bytes) => {
      this.tellReceived(bytes, connection.remote, connection.local, connection.id);
    },
    onSent: (connection, bytes) => {
      this.tellSending(bytes, connection.local, connection.remote, connection.id);
    },
    onRetired: (connection) => {
      this.#index.retire(connection);
    },
    onEnding: (connection) => {
      this.#index.remove(connection);
    },
    onGone: (connection, error) => {
      this.#all.delete(connection);
      this.#passes.get(connection)?.leave();
      this.#passes.delete(connection);
      if (this.#all.size === 0) this.#onEmpty?.();
      this.#announce(error === undefined ? 'closed' : 'failed', connection, error);
    },
    onLimit: (connection, limit) => {
      this.#tellLimit(limit, connection.remote);
    },
  };
}

const streams: MakeFramer = (events, options) => new StreamFramer(events, options);
const messages: MakeFramer = (events, options) => new MessageFramer(events, options);

/** How messages are told apart. @rfc 3261 §18.3, RFC 7118 §5.1 */
const FRAMERS: Readonly<Record<Protocol, MakeFramer>> = {
  udp: messages,
  tcp: streams,
  tls: streams,
  ws: messages,
  wss: messages,
};

/** For streams that are refused: nobody wants to know. */
const DEAF: ByteStreamEvents = {
  onOpen: () => undefined,
  onData: () => undefined,
  onEnd: () => undefined,
  onClosed: () => undefined,
};
