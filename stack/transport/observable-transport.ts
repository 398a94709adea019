import type { Address } from '../core/address.ts';
import type { Clock } from '../core/clock.ts';
import { Emitter, type Unsubscribe } from '../core/emitter.ts';
import type { ConnectionEvent, Received, Sent, TransportState } from './transport.ts';

/** What all transports do alike: they tell and count what crosses, and close once, in a fixed order of states. */
export abstract class ObservableTransport {
  readonly #received = new Emitter<Received>();
  readonly #sent = new Emitter<Sent>();
  readonly #connections = new Emitter<ConnectionEvent>();
  readonly #states = new Emitter<TransportState>();
  readonly #clock: Clock;
  #messageCount = 0;
  #closing: Promise<void> | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get messageCount(): number {
    return this.#messageCount;
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

  /** Ends what is open and gives the port back. */
  protected abstract shutDown(): Promise<void>;

  protected get isClosing(): boolean {
    return this.#closing !== undefined;
  }

  protected tellReceived(bytes: Uint8Array, from: Address, to: Address, connectionId?: string): void {
    this.#messageCount++;
    this.#received.emit({ bytes, from, to, atMs: this.#clock.now(), connectionId });
  }

  protected tellSending(bytes: Uint8Array, from: Address, to: Address, connectionId?: string): void {
    this.#messageCount++;
    // Nobody listens unless messages are captured, and a time stamp has its price.
    if (this.#sent.listenerCount === 0) return;
    this.#sent.emit({ bytes, from, to, atMs: this.#clock.now(), connectionId });
  }

  protected tellConnection(event: ConnectionEvent): void {
    this.#connections.emit(event);
  }

  /** Promise turns, not the clock: callbacks are never called from inside `close`, and closing must not wait for a test to move time. */
  async #close(): Promise<void> {
    await Promise.resolve();
    this.#states.emit('closing');
    await this.shutDown();
    this.#states.emit('closed');
  }
}
