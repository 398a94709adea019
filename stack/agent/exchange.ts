import { cseq } from '../message/headers/cseq.ts';
import type { SipMessage } from '../message/message.ts';
import { sdpOf } from './body.ts';
import type { DialogUser } from './dialog-user.ts';
import type { InviteAnswers } from './provisional.ts';
import { ANSWER_SLOT } from './offer-answer.ts';
import type { ResponseResult } from './result.ts';

/** The outcome of an INVITE, UPDATE or PRACK of ours in a dialog: answer or roll-back, new target, session timer, ACK. @rfc 3261 §14.1 */
export function settleExchange(
  user: DialogUser,
  method: string,
  answers: InviteAnswers,
  result: ResponseResult,
): void {
  if (result.kind !== 'response' || result.status >= 300) {
    user.offers.rollBack(method, result.kind === 'response' ? 'remote' : undefined);
    return;
  }
  user.dialog.refreshTarget(result.message);
  accepted(user, method, answers, result.message);
}

/** A 2xx to an INVITE, UPDATE or PRACK of ours. */
export function accepted(
  user: DialogUser,
  method: string,
  answers: InviteAnswers,
  response: SipMessage,
): void {
  const slot = ANSWER_SLOT.get(method);
  if (slot === undefined) return;
  const sdp = sdpOf(response);
  if (sdp !== undefined) user.offers.received(sdp, slot);
  else user.offers.missing('remote', slot);
  if (method !== 'PRACK' && user.state === 'confirmed') watch(user, response);
  if (method === 'INVITE') acknowledge(user, answers, response);
}

/** A server may begin a session timer that we did not ask for. @rfc 4028 §7.2 */
function watch(user: DialogUser, response: SipMessage): void {
  if (user.refresh !== undefined) user.refresh.answered(response);
  else if (response.first('Session-Expires') !== undefined) user.useTimer({}).answered(response);
}

/** ACK for a 2xx, with the answer when the 2xx brought an offer. @rfc 3261 §13.2.2.4 */
function acknowledge(user: DialogUser, answers: InviteAnswers, response: SipMessage): void {
  const { offers, acks } = user;
  const cseqNumber = cseq(response)?.number ?? 0;
  const offer = offers.openSlot === '2xx' ? offers.offered : undefined;
  const send = (answer: string | undefined): void => {
    if (answer !== undefined) offers.sent(answer, 'ACK');
    else if (offer !== undefined) offers.missing('local', 'ACK');
    acks.send(user, cseqNumber, answer);
  };
  if (offer === undefined) send(undefined);
  else if (answers.answerLater === undefined) send(answers.answer?.(offer));
  else {
    acks.hold(cseqNumber);
    answers.answerLater(offer, send);
  }
}
