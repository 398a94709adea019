import type { Refusal } from '../agent/refusal.ts';
import { toHeader } from '../message/headers/name-addr.ts';
import { callId } from '../message/headers/simple.ts';
import type { SipMessage } from '../message/message.ts';
import type { ResponseContext } from './response-context.ts';

/** What new requests hear while the node stops. @rfc 3261 §21.5.4 */
const STOPPING: Refusal = { status: 503, headers: [['Retry-After', '5']] };

/** The requests a proxy is at work with, and the end of it: nothing new is taken, and what is open may finish. */
export class Draining {
  readonly #open = new Set<ResponseContext>();
  /** Calls answered while the node stops, whose ACK is still to pass, by Call-ID. @rfc 3261 §13.2.2.4 */
  readonly #owedAcks = new Set<string>();
  /** While the node stops: hears when nothing is open. */
  #onIdle: (() => void) | undefined;

  get size(): number {
    return this.#open.size;
  }

  add(context: ResponseContext): void {
    this.#open.add(context);
  }

  /** @param passesAck - whether the ACK of an answered call comes by here. */
  over(context: ResponseContext, passesAck: boolean): void {
    this.#open.delete(context);
    if (this.#onIdle === undefined) return;
    if (passesAck && context.isSuccess)
      this.#owedAcks.add(callId(context.transaction.incoming.message) ?? '');
    this.#tell();
  }

  /** An ACK has passed. */
  acked(ack: SipMessage): void {
    if (this.#owedAcks.delete(callId(ack) ?? '')) this.#tell();
  }

  /** Why a request comes too late; those of dialogs that stand pass to the end. */
  refusalOf(request: SipMessage): Refusal | undefined {
    return this.#onIdle !== undefined && toHeader(request)?.tag === undefined ? STOPPING : undefined;
  }

  /** @param onIdle - called when nothing is open any more, at once when nothing is. */
  begin(onIdle: () => void): void {
    this.#onIdle = onIdle;
    this.#tell();
  }

  /** Gives up what is open with a word to both sides. */
  abort(): void {
    for (const context of this.#open) context.abort();
  }

  /** Forgets everything without a word. */
  dispose(): void {
    this.#onIdle = undefined;
    for (const context of this.#open) context.dispose();
    this.#open.clear();
  }

  #tell(): void {
    if (this.#open.size === 0 && this.#owedAcks.size === 0) this.#onIdle?.();
  }
}
