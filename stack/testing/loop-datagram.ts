import type { Address, Protocol } from '../core/address.ts';
import type { Clock } from '../core/clock.ts';
import { Emitter, type Unsubscribe } from '../core/emitter.ts';
import {
  addressDefect,
  TransportError,
  type ConnectionEvent,
  type Received,
  type Sent,
  type Target,
  type Transport,
  type TransportState,
} from '../transport/transport.ts';

/** 65,535 less the IP and UDP headers. */
const MAX_DATAGRAM = { v4: 65_507, v6: 65_527 };

export interface LoopDatagramOptions {
  readonly clock: Clock;
  readonly local: Address;
  readonly carry: (bytes: Uint8Array, to: Address) => void;
  readonly nextFailure: () => TransportError | undefined;
  readonly onClosed: () => void;
}

/** The UDP flavour of the loop network: as on a real socket, nobody tells the sender that nobody listens. */
export class LoopDatagramTransport implements Transport {
  readonly protocol: Protocol = 'udp';
  readonly isReliable = false;
  readonly local: Address;
  readonly #options: LoopDatagramOptions;
  readonly #received = new Emitter<Received>();
  readonly #sent = new Emitter<Sent>();
  readonly #connections = new Emitter<ConnectionEvent>();
  readonly #states = new Emitter<TransportState>();
  #messageCount = 0;
  #closing: Promise<void> | undefined;

  constructor(options: LoopDatagramOptions) {
    this.#options = options;
    this.local = options.local;
  }

  get messageCount(): number {
    return this.#messageCount;
  }

  send(bytes: Uint8Array, target: Target, onFailed?: (error: TransportError) => void): void {
    const error = this.#defect(bytes, target.address);
    if (error === undefined) {
      this.#messageCount++;
      const atMs = this.#options.clock.now();
      this.#sent.emit({ bytes, from: this.local, to: target.address, atMs, connectionId: undefined });
      this.#options.carry(bytes, target.address);
    } else if (onFailed !== undefined) {
      this.#options.clock.after(0, () => {
        onFailed(error);
      });
    }
  }

  /** What the network calls when a datagram arrives; a closed transport hears nothing. */
  deliver(bytes: Uint8Array, from: Address): void {
    if (this.#closing !== undefined) return;
    this.#messageCount++;
    this.#received.emit({
      bytes,
      from,
      to: this.local,
      atMs: this.#options.clock.now(),
      connectionId: undefined,
    });
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

  /** Promise turns, not the clock: closing must not wait for a test to move time. */
  async #close(): Promise<void> {
    await Promise.resolve();
    this.#states.emit('closing');
    this.#options.onClosed();
    await Promise.resolve();
    this.#states.emit('closed');
  }

  #defect(bytes: Uint8Array, to: Address): TransportError | undefined {
    if (this.#closing !== undefined) return new TransportError('closed', 'the transport is closed');
    const failure = this.#options.nextFailure();
    if (failure !== undefined) return failure;
    const defect = addressDefect(this.local, to);
    if (defect !== undefined) return defect;
    const limit = to.host.includes(':') ? MAX_DATAGRAM.v6 : MAX_DATAGRAM.v4;
    if (bytes.length <= limit) return undefined;
    return new TransportError('too-large', `${bytes.length} octets do not fit into a datagram of ${limit}`);
  }
}
