import type { Disposable } from '../core/emitter.ts';
import type { Incoming, ServerTransaction } from '../transaction/types.ts';

/** Takes requests that are not for the agent itself: a proxy on the listeners of an agent. */
export interface Relay extends Disposable {
  /** Asked before the agent looks at a request or an ACK; what is taken never reaches its handlers. */
  takes(request: Incoming): boolean;
  onRequest(transaction: ServerTransaction): void;
  /** An ACK to a 2xx that was taken. */
  onAck(ack: Incoming): void;
  /** A 2xx that came again, or too late for its transaction. @returns whether it belongs to a relayed request. */
  onStrayResponse(response: Incoming): boolean;
  /**
   * Asked first, about every message: true when it was forwarded without state.
   * @param isTaken - asked last: whether somebody else answers this request; then it is not forwarded.
   * @rfc 3261 §16.11
   */
  onStateless(message: Incoming, isTaken: () => boolean): boolean;
  /**
   * The node stops: takes nothing new and goes on with what is open.
   * @param onIdle - called once nothing is open any more, at once when nothing is.
   */
  drain(onIdle: () => void): void;
  /** The time to finish is over: gives up what is open with a word to both sides. */
  abort(): void;
}
