import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Address, Protocol } from '../../core/address.ts';
import type { Clock } from '../../core/clock.ts';
import type { Unsubscribe } from '../../core/emitter.ts';
import { silentLogger, type Logger } from '../../core/logger.ts';
import { ObservableTransport } from '../observable-transport.ts';
import { isStun } from '../stun.ts';
import { StunFlows } from '../stun-flows.ts';
import {
  addressDefect,
  TransportError,
  type FlowKeeping,
  type Target,
  type Transport,
} from '../transport.ts';
import { ipVersionToBind, toBindError, toTransportError } from './socket-errors.ts';
import { UdpQueue } from './udp-queue.ts';
import { UdpProbe } from './udp-probe.ts';

/** A datagram up to this size is refused for no reason of its own. */
const ALWAYS_TAKEN_BYTES = 1200;
/** For how long a host that took a datagram is taken to be reachable. */
const ROUTE_HOLDS_MS = 500;
/** Hosts remembered; then all are forgotten. */
const MOST_HOSTS = 4096;

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

class UdpTransport extends ObservableTransport implements Transport {
  readonly protocol: Protocol = 'udp';
  readonly isReliable = false;
  readonly local: Address;
  readonly #socket: Socket;
  readonly #queue: UdpQueue;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #probe: UdpProbe;
  readonly #stun: StunFlows;
  /** By host: when a send to it was last asked about and not refused. */
  readonly #lastAskedMs = new Map<string, number>();

  constructor(socket: Socket, { clock, log = silentLogger }: UdpOptions) {
    super(clock);
    this.#socket = socket;
    this.#queue = new UdpQueue(socket, (bytes, remote) => {
      this.#receive(bytes, remote);
    });
    this.#clock = clock;
    this.#log = log;
    const { address, port } = socket.address();
    this.local = { host: address, port };
    this.#probe = new UdpProbe(address);
    this.#stun = new StunFlows({
      clock,
      send: (bytes, to) => {
        // A datagram may say that it comes from port 0, to which nothing can be sent.
        if (addressDefect(this.local, to) === undefined) socket.send(bytes, to.port, to.host);
      },
    });
    this.#enlargeReceiveBuffer();
    socket.on('error', (error) => {
      // What a socket reports outside a send concerns no message of ours; the socket goes on.
      this.#log.warn('UDP socket error', { error: error.message });
    });
  }

  send(bytes: Uint8Array, target: Target, onFailed?: (error: TransportError) => void): undefined {
    const { host, port } = target.address;
    if (this.isClosing || !(port > 0 && port < 65_536) || host === '') {
      if (onFailed !== undefined) this.#refuse(target.address, onFailed);
      return;
    }
    this.tellSending(bytes, this.local, target.address);
    if (onFailed === undefined || !this.#isWorthAsking(bytes, host)) {
      this.#queue.send(bytes, port, host);
    } else {
      this.#queue.send(bytes, port, host, (error) => {
        if (error === null) return;
        this.#lastAskedMs.delete(host);
        onFailed(toTransportError(error, target.address));
      });
    }
  }

  /**
   * Asking Node what became of a datagram costs a tenth of an answered OPTIONS. What the system refuses depends on the size and on the
   * route to the host, so a host that took one a moment ago is not asked about again.
   */
  #isWorthAsking(bytes: Uint8Array, host: string): boolean {
    if (bytes.length > ALWAYS_TAKEN_BYTES) return true;
    const nowMs = this.#clock.now();
    const lastMs = this.#lastAskedMs.get(host);
    if (lastMs !== undefined && nowMs - lastMs < ROUTE_HOLDS_MS) return false;
    if (this.#lastAskedMs.size >= MOST_HOSTS) this.#lastAskedMs.clear();
    this.#lastAskedMs.set(host, nowMs);
    return true;
  }

  ask(to: Address, onRefused: (error: TransportError) => void): void {
    if (!this.isClosing && addressDefect(this.local, to) === undefined) this.#probe.ask(to, onRefused);
  }

  keepFlow(to: Address, keeping: FlowKeeping): Unsubscribe {
    return this.isClosing ? () => undefined : this.#stun.keep(to, keeping);
  }

  protected override async shutDown(): Promise<void> {
    this.#probe.close();
    this.#stun.close();
    this.#queue.flush();
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    await closed;
  }

  #receive(bytes: Uint8Array, remote: RemoteInfo): void {
    if (this.isClosing) return;
    const from = { host: remote.address, port: remote.port };
    if ((bytes[0] ?? 0xff) < 4 && isStun(bytes)) this.#stun.take(bytes, from);
    else this.tellReceived(bytes, from, this.local);
  }

  #refuse(to: Address, onFailed: (error: TransportError) => void): void {
    const error = !this.isClosing
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
