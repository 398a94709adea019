import type { Incoming } from '../transaction/types.ts';
import type { Outcome } from './launch.ts';

/** A provisional response to an INVITE of ours. */
export interface Provisional {
  readonly status: number;
  readonly reason: string;
  readonly incoming: Incoming;
}

/** A provisional response that is acknowledged by PRACK. @rfc 3262 */
export interface ReliableProvisional extends Provisional {
  /** Takes the PRACK in hand: it is sent when the function returned is called, with the description it is to carry. */
  hold(): (sdp?: string, outcome?: Outcome) => void;
}

/** How the descriptions of an INVITE of ours are made while its responses come in. */
export interface InviteAnswers {
  /** Answers an offer that comes in a reliable provisional response or in the 2xx to an INVITE without one; else PRACK or ACK has no body. */
  readonly answer?: (offer: string) => string | undefined;
  /** As `answer` for the offer of a 2xx, but later: the ACK waits until `send` is called. */
  readonly answerLater?: (offer: string, send: (answer: string | undefined) => void) => void;
  /**
   * Hears of each reliable provisional response, in order and once.
   * @param sdp - the description in it, an answer or an offer.
   * @returns the description for the PRACK: the answer to an offer, or an offer where none is open.
   * @rfc 3262 §5
   */
  readonly onReliable?: (provisional: ReliableProvisional, sdp: string | undefined) => string | undefined;
}
