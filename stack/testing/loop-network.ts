import { formatAddress, type Address, type Protocol } from '../core/address.ts';
import type { Clock } from '../core/clock.ts';
import type { Unsubscribe } from '../core/emitter.ts';
import type { Ids } from '../core/ids.ts';
import type { OnLimit } from '../core/limits.ts';
import { TransportError, type Transport, type TransportErrorCode } from '../transport/transport.ts';
import { StreamTransport, type PoolLimits } from '../transport/stream-transport.ts';
import { LoopDatagramTransport } from './loop-datagram.ts';
import { dialLoop } from './loop-stream.ts';

/** What the wire does to datagrams. Probabilities are 0 .. 1; times are milliseconds. Streams only know `delayMs`, and lose nothing. */
export interface Impairment {
  /** One-way delay of everything. */
  readonly delayMs?: number;
  /** Each datagram waits up to this much longer, so that a later one may overtake it. */
  readonly jitterMs?: number;
  readonly loss?: number;
  /** A second copy arrives, with a delay of its own. */
  readonly duplicate?: number;
  /** The datagram is held back for up to 20 ms more than `jitterMs`. */
  readonly reorder?: number;
}

/** A datagram under way, as `dropIf` sees it. */
export interface LoopDatagram {
  readonly bytes: Uint8Array;
  readonly from: Address;
  readonly to: Address;
}

export interface LoopStats {
  readonly sent: number;
  readonly delivered: number;
  readonly lost: number;
  readonly duplicated: number;
}

/** A datagram held back by `reorder` waits up to this long. */
const REORDER_HOLD_MS = 20;
const FIRST_EPHEMERAL_PORT = 49_152;
const LAST_PORT = 65_535;

/**
 * A network in memory, driven by the clock it is given: no octet arrives before time moves, and the same seed gives the same run.
 * Octets are copied at the crossing, so neither end can change what the other holds.
 */
export class LoopNetwork {
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #datagrams = new Map<string, LoopDatagramTransport>();
  readonly #streams = new Map<string, StreamTransport>();
  readonly #failures: TransportErrorCode[] = [];
  #filters: readonly ((datagram: LoopDatagram) => boolean)[] = [];
  #impairment: Impairment = {};
  #nextPort = FIRST_EPHEMERAL_PORT;
  #stats = { sent: 0, delivered: 0, lost: 0, duplicated: 0 };

  constructor(options: { readonly clock: Clock; readonly ids: Ids }) {
    this.#clock = options.clock;
    this.#ids = options.ids;
  }

  /**
   * Binds a transport, for `udp` with datagrams, else with streams (of whole messages for `ws` and `wss`; nothing is encrypted); port 0 takes a free one.
   * @throws TransportError code 'in-use'
   */
  bind(protocol: Protocol, address: Address, limits?: Partial<PoolLimits>, onLimit?: OnLimit): Transport {
    const local =
      address.port === 0 ? { host: address.host, port: this.#freePort(protocol, address.host) } : address;
    const key = keyOf(protocol, local);
    if (this.#isBound(key)) throw new TransportError('in-use', `${formatAddress(local)} is bound already`);
    return protocol === 'udp'
      ? this.#bindDatagrams(key, local)
      : this.#bindStreams(protocol, key, local, limits, onLimit);
  }

  /** Replaces what the wire does to everything sent from now on; `{}` makes it perfect again. */
  impair(impairment: Impairment): void {
    this.#impairment = impairment;
  }

  /** Loses exactly the datagrams that `isLost` picks, until unsubscribed. */
  dropIf(isLost: (datagram: LoopDatagram) => boolean): Unsubscribe {
    this.#filters = [...this.#filters, isLost];
    return () => {
      this.#filters = this.#filters.filter((filter) => filter !== isLost);
    };
  }

  /** The next send of any transport fails with this code, and with it the connection of a stream; several calls queue up. */
  failNext(code: TransportErrorCode): void {
    this.#failures.push(code);
  }

  /** Transports bound and not closed: 0 at the end of every test. */
  get openTransports(): number {
    return this.#datagrams.size + this.#streams.size;
  }

  /** Live connections of all stream transports, each end counted. */
  get openConnections(): number {
    return [...this.#streams.values()].reduce((sum, { stats }) => sum + stats.connections, 0);
  }

  get stats(): LoopStats {
    return { ...this.#stats };
  }

  #bindDatagrams(key: string, local: Address): Transport {
    const transport = new LoopDatagramTransport({
      clock: this.#clock,
      local,
      carry: (bytes, to) => {
        this.#carry(bytes, sourceFor(local, to), to);
      },
      nextFailure: () => this.#nextFailure(),
      onClosed: () => this.#datagrams.delete(key),
    });
    this.#datagrams.set(key, transport);
    return transport;
  }

  #bindStreams(
    protocol: Protocol,
    key: string,
    local: Address,
    limits: Partial<PoolLimits> | undefined,
    onLimit: OnLimit | undefined,
  ): Transport {
    const transport = new StreamTransport({
      protocol,
      local,
      clock: this.#clock,
      limits,
      onLimit,
      dial: (remote, events) => {
        const { host } = sourceFor(local, remote);
        return dialLoop(
          {
            clock: this.#clock,
            local: { host, port: this.#freePort(protocol, host) },
            remote,
            delayMs: () => this.#impairment.delayMs ?? 0,
            nextFailure: () => this.#nextFailure(),
            listener: () => {
              const listener = this.#at(this.#streams, protocol, remote);
              return listener === undefined
                ? undefined
                : (from, open) => {
                    listener.accept(from, open);
                  };
            },
          },
          events,
        );
      },
      stopListening: () => {
        this.#streams.delete(key);
        return Promise.resolve();
      },
    });
    this.#streams.set(key, transport);
    return transport;
  }

  #nextFailure(): TransportError | undefined {
    const code = this.#failures.shift();
    return code === undefined ? undefined : new TransportError(code, `made to fail: ${code}`);
  }

  #carry(bytes: Uint8Array, from: Address, to: Address): void {
    this.#stats.sent++;
    const { loss = 0, duplicate = 0 } = this.#impairment;
    if (this.#happens(loss) || this.#filters.some((isLost) => isLost({ bytes, from, to }))) {
      this.#stats.lost++;
      return;
    }
    this.#deliverLater(copyOf(bytes), from, to);
    if (!this.#happens(duplicate)) return;
    this.#stats.duplicated++;
    this.#deliverLater(copyOf(bytes), from, to);
  }

  #deliverLater(bytes: Uint8Array, from: Address, to: Address): void {
    this.#clock.after(this.#delayMs(), () => {
      const receiver = this.#at(this.#datagrams, 'udp', to);
      if (receiver === undefined) return;
      this.#stats.delivered++;
      receiver.deliver(bytes, from);
    });
  }

  #delayMs(): number {
    const { delayMs = 0, jitterMs = 0, reorder = 0 } = this.#impairment;
    const jitter = jitterMs > 0 ? this.#ids.chance() * jitterMs : 0;
    const hold = this.#happens(reorder) ? this.#ids.chance() * REORDER_HOLD_MS : 0;
    return delayMs + jitter + hold;
  }

  #happens(probability: number): boolean {
    return probability > 0 && this.#ids.chance() < probability;
  }

  /** What is bound to exactly this address, else to the wildcard of its family. */
  #at<T>(bound: ReadonlyMap<string, T>, protocol: Protocol, { host, port }: Address): T | undefined {
    return (
      bound.get(keyOf(protocol, { host, port })) ??
      bound.get(keyOf(protocol, { host: wildcardFor(host), port }))
    );
  }

  #isBound(key: string): boolean {
    return this.#datagrams.has(key) || this.#streams.has(key);
  }

  #freePort(protocol: Protocol, host: string): number {
    for (;;) {
      const port = this.#nextPort;
      this.#nextPort = port === LAST_PORT ? FIRST_EPHEMERAL_PORT : port + 1;
      if (!this.#isBound(keyOf(protocol, { host, port }))) return port;
    }
  }
}

function keyOf(protocol: Protocol, address: Address): string {
  return `${protocol} ${formatAddress(address)}`;
}

function wildcardFor(host: string): string {
  return host.includes(':') ? '::' : '0.0.0.0';
}

/** A transport bound to the wildcard sends from the address it sends to: everything here is one machine. */
function sourceFor(local: Address, to: Address): Address {
  return local.host === wildcardFor(local.host) ? { host: to.host, port: local.port } : local;
}

/** `bytes.slice()` would not do: a Buffer's slice is a view. */
function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}
