import type { Address, Protocol } from '../core/address.ts';
import type { Clock } from '../core/clock.ts';
import { Emitter, type Unsubscribe } from '../core/emitter.ts';
import {
  TransportError,
  type Received,
  type Target,
  type Transport,
  type TransportErrorCode,
} from '../transport/transport.ts';

export interface Sent {
  readonly bytes: Uint8Array;
  readonly target: Target;
}

/** A transport without a network: keeps what is sent, and receives what a test gives it. */
export class RecordingTransport implements Transport {
  readonly protocol: Protocol;
  readonly isReliable: boolean;
  readonly local: Address = { host: '192.0.2.2', port: 5060 };
  readonly sent: Sent[] = [];
  messageCount = 0;
  onSent: ((sent: Sent) => void) | undefined;
  readonly #clock: Clock;
  readonly #received = new Emitter<Received>();
  #onFailed: ((error: TransportError) => void) | undefined;

  constructor(clock: Clock, protocol: Protocol = 'udp') {
    this.#clock = clock;
    this.protocol = protocol;
    this.isReliable = protocol !== 'udp';
  }

  send(bytes: Uint8Array, target: Target, onFailed?: (error: TransportError) => void): undefined {
    const sent = { bytes, target };
    this.#onFailed = onFailed;
    this.messageCount++;
    this.sent.push(sent);
    this.onSent?.(sent);
  }

  /** The latest send turns out to have failed. */
  fail(code: TransportErrorCode): void {
    this.#onFailed?.(new TransportError(code, code));
  }

  receive(
    bytes: Uint8Array,
    from: Address = { host: '192.0.2.1', port: 5060 },
    connectionId?: string,
  ): Received {
    const received = { bytes, from, to: this.local, atMs: this.#clock.now(), connectionId };
    this.messageCount++;
    this.#received.emit(received);
    return received;
  }

  onReceived(listener: (received: Received) => void): Unsubscribe {
    return this.#received.on(listener);
  }

  onSending(): Unsubscribe {
    return () => undefined;
  }

  onConnection(): Unsubscribe {
    return () => undefined;
  }

  onStateChanged(): Unsubscribe {
    return () => undefined;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  get listenerCount(): number {
    return this.#received.listenerCount;
  }
}
