import type { SipMessage } from '../message/message.ts';
import type { Received, Target, Transport, TransportError } from '../transport/transport.ts';

/** T1, T2, T4 in milliseconds: per agent, never global. @rfc 3261 §17.1.1.1, table 4 */
export interface Timing {
  readonly t1Ms: number;
  readonly t2Ms: number;
  readonly t4Ms: number;
}

/** The RFC's own values. */
export const DEFAULT_TIMING: Timing = { t1Ms: 500, t2Ms: 4000, t4Ms: 5000 };

/** A message with the way it came. */
export interface Incoming {
  readonly message: SipMessage;
  readonly received: Received;
  readonly transport: Transport;
}

/** A way out. */
export interface Route {
  readonly transport: Transport;
  readonly target: Target;
}

/** Every change of state, as data: ladder annotation, log and assertion in one. */
export interface Transition {
  readonly transactionId: string;
  readonly from: string;
  readonly to: string;
  readonly input: string;
  /** The RFC section of the row that fired. */
  readonly rfc: string;
  readonly atMs: number;
}

/** A transaction as the layer keeps it. */
export interface AnyTransaction {
  readonly id: string;
  readonly isRetired: boolean;
  readonly side: 'client' | 'server';
  readonly state: string;
  /** The timers that are running. */
  readonly timers: readonly RunningTimer[];
  /** What it knows of its request now; read when somebody looks, never kept. */
  facts(): TransactionFacts;
}

/** A transition and the transaction that made it. */
export interface Fired {
  readonly transaction: AnyTransaction;
  readonly transition: Transition;
}

/** A timer of a transaction that is running. */
export interface RunningTimer {
  /** The input it will give: `timer-a`. */
  readonly input: string;
  readonly dueMs: number;
  /** What it was set to. */
  readonly delayMs: number;
}

/** What a transaction knows of its request. */
export interface TransactionFacts {
  readonly route: Route;
  /** Undefined once the transaction keeps no message any more. */
  readonly callId: string | undefined;
  /** `Clock.now()` of its start; of one that has done its work, of when that was. */
  readonly startMs: number | undefined;
}

/** What the transaction user hears from a server transaction; never called from inside `respond`. */
export interface ServerTransactionUser {
  /** A CANCEL matched; the layer has answered it 200. The user still owes the INVITE its final response (487). @rfc 3261 §9.2 */
  onCancelled?(cancel: SipMessage): void;
  /** No ACK within 64*T1 after a non-2xx final response (timer H). */
  onTimeout?(): void;
  onTransportFailed?(error: TransportError): void;
  onTerminated?(): void;
}

/** The way to answer a request, without the request. */
export interface Responder {
  /** Sends a response through the machine; one that the state does not allow is ignored. */
  respond(status: number, bytes: Uint8Array): void;
}

export interface ServerTransaction extends Responder {
  readonly id: string;
  readonly kind: 'invite' | 'non-invite';
  readonly incoming: Incoming;
  readonly state: string;
  /** Set by the transaction user before it returns from `onRequest`. */
  user: ServerTransactionUser;
  /** For whoever may have to answer long after the request is forgotten: holding it keeps no message in memory. */
  readonly responder: Responder;
}

/** What the transaction user hears from a client transaction; never called from inside `request`. */
export interface ClientTransactionUser {
  onResponse(response: Incoming): void;
  /** Timer B or F: treat as 408. @rfc 3261 §8.1.3.1 */
  onTimeout(): void;
  /** Treat as 503. @rfc 3261 §8.1.3.1 */
  onTransportFailed(error: TransportError): void;
  onTerminated?(): void;
}

export interface ClientTransaction {
  readonly id: string;
  readonly kind: 'invite' | 'non-invite';
  readonly state: string;
  /** INVITE only: sends CANCEL now, or as soon as a provisional response allows it; harmless after a final response. @rfc 3261 §9.1 */
  cancel(lines?: CancelLines): void;
}

/** Further header lines of a CANCEL, such as Reason. @rfc 3326 §2 */
export type CancelLines = readonly (readonly [name: string, value: string])[];

/** What the core above hears from the layer. */
export interface TransactionCore {
  /** A new request that opened a server transaction (never ACK, never a matched CANCEL). */
  onRequest(transaction: ServerTransaction): void;
  /** An ACK that belongs to no non-2xx transaction: the one for a 2xx. */
  onAck(ack: Incoming): void;
  /** A 2xx to INVITE that matched no transaction, or came again after the first. @rfc 3261 §13.2.2.4 */
  onStrayResponse(response: Incoming): void;
  /**
   * Asked about every message before a transaction is looked for; true when the core has forwarded it without state.
   * @param isKnown - whether a request, its CANCEL or its ACK belongs to a transaction that is open here all the same.
   * @rfc 3261 §16.11
   */
  onStateless?(message: Incoming, isKnown: () => boolean): boolean;
  /** Octets that are no SIP message or lack what a transaction needs; a request among them may deserve a 400. */
  onUnusable?(incoming: Incoming): void;
}
