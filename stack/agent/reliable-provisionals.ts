import type { Disposable } from '../core/emitter.ts';
import type { RAck } from '../message/headers/reliability.ts';
import { tokens } from '../message/headers/token-list.ts';
import type { SipMessage } from '../message/message.ts';
import type { AgentContext } from './context.ts';
import { Resending } from './resending.ts';

/** The option tag. @rfc 3262 §8.1 */
export const RELIABLE = '100rel';

/** Whether the sender of an INVITE takes reliable provisional responses, or wants no others. @rfc 3262 §3 */
export function reliabilityOf(invite: SipMessage): 'none' | 'supported' | 'required' {
  if (tokens(invite, 'Require').includes(RELIABLE)) return 'required';
  return tokens(invite, 'Supported').includes(RELIABLE) ? 'supported' : 'none';
}

/** A provisional response that wants a PRACK. */
interface ReliableProvisional {
  /** It carries an offer or an answer: a 2xx may not overtake it. */
  readonly hasSdp: boolean;
  /** Writes it with this RSeq and sends it. @returns sends the same octets once more. */
  readonly send: (rseq: number) => () => void;
}

/**
 * The reliable provisional responses to one INVITE: one at a time, each sent again until its PRACK, RSeq one higher with each.
 * @rfc 3262 §3
 */
export class ReliableProvisionals implements Disposable {
  readonly #context: AgentContext;
  readonly #inviteCseq: number;
  readonly #onTimeout: () => void;
  readonly #queue: ReliableProvisional[] = [];
  #rseq: number;
  #outstanding: ReliableProvisional | undefined;
  #resending: Resending | undefined;
  /** The PRACK of the last one is not answered yet. */
  #isPrackOpen = false;
  #onSettled: (() => void) | undefined;

  /** @param onTimeout - no PRACK came within 64*T1: the INVITE is to be refused with a 5xx. */
  constructor(context: AgentContext, inviteCseq: number, onTimeout: () => void) {
    this.#context = context;
    this.#inviteCseq = inviteCseq;
    this.#onTimeout = onTimeout;
    this.#rseq = context.ids.cseq() - 1;
  }

  /** Sends it now, or after those before it are acknowledged. */
  add(provisional: ReliableProvisional): void {
    this.#queue.push(provisional);
    this.#next();
  }

  /** A 2xx may go out: no description waits for its PRACK, and no PRACK for its answer. */
  get allowsSuccess(): boolean {
    return !this.#isPrackOpen && this.#outstanding?.hasSdp !== true && !this.#queue.some((p) => p.hasSdp);
  }

  /** One of them is not acknowledged yet. */
  get expectsPrack(): boolean {
    return this.#outstanding !== undefined;
  }

  /** Calls back as soon as a 2xx may go out. */
  whenSettled(listener: () => void): void {
    this.#onSettled = listener;
  }

  /** A PRACK came. @returns whether it acknowledges the response that waits for it. @rfc 3262 §3 */
  acknowledge({ rseq, cseq, method }: RAck): boolean {
    const isIts = rseq === this.#rseq && cseq === this.#inviteCseq && method === 'INVITE';
    if (!isIts || this.#outstanding === undefined) return false;
    this.#stop();
    this.#outstanding = undefined;
    this.#isPrackOpen = true;
    return true;
  }

  /** The PRACK has its final response: the next one may go out. */
  prackAnswered(): void {
    this.#isPrackOpen = false;
    this.#next();
    if (this.#onSettled === undefined || !this.allowsSuccess) return;
    const settled = this.#onSettled;
    this.#onSettled = undefined;
    settled();
  }

  /** The final response is out: nothing is sent again, but the PRACK under way is still known. @rfc 3262 §3 */
  finish(): void {
    this.#stop();
    this.#queue.length = 0;
    this.#onSettled = undefined;
  }

  dispose(): void {
    this.finish();
  }

  #next(): void {
    if (this.#outstanding !== undefined || this.#isPrackOpen) return;
    const next = this.#queue.shift();
    if (next === undefined) return;
    const { clock, timing } = this.#context;
    this.#outstanding = next;
    const resend = next.send(++this.#rseq);
    this.#resending = new Resending({ clock, timing, resend, onTimeout: this.#onTimeout });
  }

  #stop(): void {
    this.#resending?.dispose();
    this.#resending = undefined;
  }
}
