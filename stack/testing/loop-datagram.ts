import type { Address, Protocol } from '../core/address.ts';
import type { Clock } from '../core/clock.ts';
import type { Unsubscribe } from '../core/emitter.ts';
import { ObservableTransport } from '../transport/observable-transport.ts';
import { isStun } from '../transport/stun.ts';
import { StunFlows } from '../transport/stun-flows.ts';
import {
  addressDefect,
  TransportError,
  type FlowKeeping,
  type Target,
  type Transport,
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
export class LoopDatagramTransport extends ObservableTransport implements Transport {
  readonly protocol: Protocol = 'udp';
  readonly isReliable = false;
  readonly local: Address;
  readonly #options: LoopDatagramOptions;
  readonly #stun: StunFlows;

  constructor(options: LoopDatagramOptions) {
    super(options.clock);
    this.#options = options;
    this.#stun = new StunFlows({ clock: options.clock, send: options.carry });
    this.local = options.local;
  }

  send(bytes: Uint8Array, target: Target, onFailed?: (error: TransportError) => void): undefined {
    const error = this.#defect(bytes, target.address);
    if (error === undefined) {
      this.tellSending(bytes, this.local, target.address);
      this.#options.carry(bytes, target.address);
    } else if (onFailed !== undefined) {
      this.#options.clock.after(0, () => {
        onFailed(error);
      });
    }
  }

  /** What the network calls when a datagram arrives; a closed transport hears nothing. */
  deliver(bytes: Uint8Array, from: Address): void {
    if (this.isClosing) return;
    if (isStun(bytes)) this.#stun.take(bytes, from);
    else this.tellReceived(bytes, from, this.local);
  }

  keepFlow(to: Address, keeping: FlowKeeping): Unsubscribe {
    return this.#stun.keep(to, keeping);
  }

  protected override async shutDown(): Promise<void> {
    this.#stun.close();
    this.#options.onClosed();
    await Promise.resolve();
  }

  #defect(bytes: Uint8Array, to: Address): TransportError | undefined {
    if (this.isClosing) return new TransportError('closed', 'the transport is closed');
    const failure = this.#options.nextFailure();
    if (failure !== undefined) return failure;
    const defect = addressDefect(this.local, to);
    if (defect !== undefined) return defect;
    const limit = to.host.includes(':') ? MAX_DATAGRAM.v6 : MAX_DATAGRAM.v4;
    if (bytes.length <= limit) return undefined;
    return new TransportError('too-large', `${bytes.length} octets do not fit into a datagram of ${limit}`);
  }
}
