import { cseq } from '../message/headers/cseq.ts';
import { rseq } from '../message/headers/reliability.ts';
import { tokens } from '../message/headers/token-list.ts';
import type { SipMessage } from '../message/message.ts';
import { RELIABLE } from './reliable-provisionals.ts';

/** What a provisional response is to the sequence of its dialog. */
export type Reliability = 'unreliable' | 'next' | 'repeated' | 'out-of-order';

/** The reliable provisional responses that came in one dialog; each fork counts for itself. @rfc 3262 §4 */
export class ReliableResponses {
  #inviteCseq: number | undefined;
  #rseq = 0;

  /** Whether a provisional response is the next one: any other reliable one is neither acknowledged nor heeded. */
  judge(response: SipMessage): Reliability {
    const number = rseq(response);
    const inviteCseq = cseq(response)?.number;
    if (number === undefined || inviteCseq === undefined) return 'unreliable';
    if (!tokens(response, 'Require').includes(RELIABLE)) return 'unreliable';
    const isFirst = this.#inviteCseq !== inviteCseq;
    if (!isFirst && number <= this.#rseq) return 'repeated';
    if (!isFirst && number !== this.#rseq + 1) return 'out-of-order';
    this.#inviteCseq = inviteCseq;
    this.#rseq = number;
    return 'next';
  }
}
