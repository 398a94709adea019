import { formatAddress, ipVersion, type Address, type Protocol } from '../core/address.ts';
import type { Unsubscribe } from '../core/emitter.ts';
import type { TlsDetails } from './tls-details.ts';

/** One message as it crossed a socket: a datagram, or one framed message of a stream. */
export interface Received {
  readonly bytes: Uint8Array;
  readonly from: Address;
  readonly to: Address;
  /** `Clock.now()` when it was taken up, in the turn of the event loop in which it was read. */
  readonly atMs: number;
  /** The stream the message came over; undefined on UDP. */
  readonly connectionId: string | undefined;
}

/** One message handed to a socket; on a stream that is when the connection is open and takes it. */
export interface Sent {
  readonly bytes: Uint8Array;
  readonly from: Address;
  readonly to: Address;
  /** `Clock.now()` at the hand-over. */
  readonly atMs: number;
  readonly connectionId: string | undefined;
}

/** Where to send: an address, over a given connection when it is still there. */
export interface Target {
  readonly address: Address;
  readonly connectionId?: string | undefined;
  /** TLS: the name the peer's certificate must be for, sent as SNI; a connection made for another name is not used. @rfc 5922 §4, §7.1 */
  readonly serverName?: string | undefined;
  /** Which connection may carry it; 'shared' when left out. */
  readonly sharing?: Sharing | undefined;
  /**
   * Streams: whose connection it is to be, such as a call's: one of the owner to this address, else a new one; nobody else is given it, and it
   * lives until {@link Transport.release}. The connection named still comes first.
   */
  readonly owner?: string | undefined;
}

/**
 * `shared`: the connection named, else one to the same address and name, else a new one.
 * `flow`: only the connection named; when it is gone the send fails with 'closed'. @rfc 5626 §5.3, RFC 7118 §5
 */
export type Sharing = 'shared' | 'flow';

/** 'tls': the handshake failed, or the certificate is not accepted. */
export type TransportErrorCode =
  | 'refused'
  | 'unreachable'
  | 'timed-out'
  | 'closed'
  | 'too-large'
  | 'in-use'
  | 'not-available'
  | 'denied'
  | 'tls'
  /** Too much is under way already. */
  | 'overloaded';

/** What a transport reports; never thrown past it. */
export class TransportError extends Error {
  override readonly name = 'TransportError' as const;
  readonly code: TransportErrorCode;

  constructor(code: TransportErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** How a flow of datagrams is kept alive. */
export interface FlowKeeping {
  /** Asked before each wait, so that the caller can spread them. @rfc 5626 §4.4 */
  nextDelayMs(): number;
  /** A number in [0, 1), for identifiers nobody can guess. */
  chance(): number;
  /**
   * Called at most once, and then the flow is kept no more: code 'timed-out' when the peer does not answer, 'closed' when it sees us at
   * another address than before, as after a NAT has forgotten us. @rfc 5626 §4.4.2
   */
  onLost(error: TransportError): void;
}

export type TransportState = 'open' | 'closing' | 'closed';

/** A connection that is there, for whoever looks. */
export interface OpenConnection {
  readonly connectionId: string;
  readonly origin: 'accepted' | 'dialled';
  readonly local: Address;
  readonly remote: Address;
  /** `Clock.now()` of the dial or the acceptance. */
  readonly startMs: number;
  readonly tls: TlsDetails | undefined;
}

/** What stream transports tell about their connections. */
export interface ConnectionEvent {
  readonly kind: 'opened' | 'closed' | 'failed';
  readonly connectionId: string;
  readonly local: Address;
  readonly remote: Address;
  readonly error?: TransportError;
  /** What the handshake proved, from the opening on; undefined without TLS. */
  readonly tls?: TlsDetails;
}

/**
 * A bound listener together with the connections it accepted or opened.
 * It never reconnects by itself and never hides a loss; callbacks are never called from inside `send` or `close`.
 */
export interface Transport {
  readonly protocol: Protocol;
  /** Streams: no retransmission is needed. @rfc 3261 §17 */
  readonly isReliable: boolean;
  /** The bound address with its real port. */
  readonly local: Address;
  /** Messages that crossed so far, in both directions. */
  readonly messageCount: number;
  /**
   * Hands octets to the network. On a stream: over `target.connectionId` if it is alive, else over a connection to the address, opened when needed.
   * @param bytes - not copied: they must not change afterwards.
   * @param onFailed - called at most once, later, when the octets cannot have arrived: codes 'refused' | 'unreachable' | 'timed-out' | 'closed' | 'too-large' | 'tls'.
   * @returns the id of the connection that takes them; undefined on UDP, and when none does.
   */
  send(bytes: Uint8Array, target: Target, onFailed?: (error: TransportError) => void): string | undefined;
  /**
   * Datagrams only: asks whether the network refuses what is sent to an address; silence means nothing.
   * @param onRefused - called at most once, later: codes 'refused' | 'unreachable'.
   */
  ask?(to: Address, onRefused: (error: TransportError) => void): void;
  onReceived(listener: (received: Received) => void): Unsubscribe;
  /** For taps: every message on its way out, before the network has it. Keep-alives are no messages. */
  onSending(listener: (sent: Sent) => void): Unsubscribe;
  onConnection(listener: (event: ConnectionEvent) => void): Unsubscribe;
  onStateChanged(listener: (state: TransportState) => void): Unsubscribe;
  /**
   * Streams: asks the peer at times whether it is still there, and ends the connection, with an event, when it does not answer within 10 s.
   * @param nextDelayMs - asked before each wait, so that the caller can spread them. @rfc 5626 §3.5.1, §4.4.1
   */
  keepAlive?(connectionId: string, nextDelayMs: () => number): Unsubscribe;
  /** Datagrams: asks the peer at times by STUN whether it still sees us where it did. @rfc 5626 §4.4.2 */
  keepFlow?(to: Address, keeping: FlowKeeping): Unsubscribe;
  /**
   * Streams: the peer of an accepted connection listens on this port of its host and lets requests to it come over the connection.
   * @rfc 5923 §5
   */
  alias?(connectionId: string, port: number): void;
  /** Streams: ends the connections of an owner, after what was handed over for the open ones. Harmless when there are none. */
  release?(owner: string): void;
  /** Streams: the connections that are not gone. */
  connections?(): readonly OpenConnection[];
  /** Streams: cuts a connection at once, as a broken network would. @returns whether it was there. */
  drop?(connectionId: string): boolean;
  /** Ends connections and gives the port back; resolves when both are done. */
  close(): Promise<void>;
}

/** Why nothing can be sent from one address to the other, whatever the network: no IP literal, no port, another IP version. */
export function addressDefect(local: Address, to: Address): TransportError | undefined {
  const version = ipVersion(to.host);
  let reason: string;
  if (version === undefined) reason = 'the host is no IP address';
  else if (!(Number.isInteger(to.port) && to.port > 0 && to.port < 65_536)) reason = 'the port is none';
  else if (version !== ipVersion(local.host))
    reason = `it is not of the IP version of ${formatAddress(local)}`;
  else return undefined;
  return new TransportError('unreachable', `no way to ${formatAddress(to)}: ${reason}`);
}
