import { cseq } from '../message/headers/cseq.ts';
import { rseq } from '../message/headers/reliability.ts';
import type { Incoming } from '../transaction/types.ts';
import { sdpOf } from './body.ts';
import type { DialogUser } from './dialog-user.ts';
import type { Outcome } from './launch.ts';
import type { InviteAnswers, ReliableProvisional } from './provisional.ts';

/**
 * Takes a provisional response to an INVITE of ours: its description, and of a reliable one the Contact and its PRACK.
 * @returns whether it is news; a reliable one that came before, or too early, is not.
 * @rfc 3262 §4, §5, RFC 6141 §4.7
 */
export function takeProvisional(user: DialogUser, response: Incoming, answers: InviteAnswers): boolean {
  const { message } = response;
  const reliability = user.responses.judge(message);
  if (reliability === 'repeated' || reliability === 'out-of-order') return false;
  const sdp = sdpOf(message);
  if (reliability === 'unreliable') {
    if (sdp !== undefined) user.offers.received(sdp, '1xx');
    return true;
  }
  user.dialog.refreshTarget(message);
  if (sdp !== undefined) user.offers.received(sdp, 'reliable-1xx');
  acknowledge(user, response, answers, sdp);
  return true;
}

function acknowledge(
  user: DialogUser,
  response: Incoming,
  answers: InviteAnswers,
  sdp: string | undefined,
): void {
  const { startLine } = response.message;
  if (startLine.kind !== 'response') return;
  let isHeld = false;
  const { status, reason } = startLine;
  const provisional: ReliableProvisional = {
    status,
    reason,
    incoming: response,
    hold: () => {
      isHeld = true;
      return (body, outcome) => {
        sendPrack(user, response, body, outcome);
      };
    },
  };
  const given = answers.onReliable?.(provisional, sdp);
  if (isHeld) return;
  const isOffer = user.offers.state === 'remote-offer' && user.offers.openSlot === 'reliable-1xx';
  const answer = given ?? (isOffer && sdp !== undefined ? answers.answer?.(sdp) : undefined);
  sendPrack(user, response, answer);
}

/** A PRACK names the response it is for; what comes of it is the callee's business, who answers the INVITE in the end. A
 * description that may not be there now is reported and left out: the response is acknowledged anyway. @rfc 3262 §4, §5, §7.2 */
function sendPrack(
  user: DialogUser,
  { message }: Incoming,
  body: string | undefined,
  outcome: Outcome = { onResult: () => undefined },
): void {
  const sequence = cseq(message);
  const rack = `${rseq(message) ?? 0} ${sequence?.number ?? 0} ${sequence?.method ?? 'INVITE'}`;
  const allowed = body === undefined || user.offers.admits('local', 'PRACK') ? body : undefined;
  if (body !== undefined && allowed === undefined) user.offers.sent(body, 'PRACK');
  if (allowed === undefined) user.offers.missing('local', 'PRACK');
  const options = {
    headers: [['RAck', rack]] as const,
    ...(allowed === undefined ? {} : { body: allowed, isSdpUnchecked: true }),
  };
  user.send('PRACK', options, outcome);
}
