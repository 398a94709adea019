import { retryAfter } from '../message/headers/retry-after.ts';
import type { SipMessage } from '../message/message.ts';
import { continuing } from '../sdp/origin.ts';
import { sentSdp } from './body.ts';
import { deliver } from './deliver.ts';
import type { DialogUser } from './dialog-user.ts';
import { settleExchange } from './exchange.ts';
import { inDialogDraft } from './in-dialog-draft.ts';
import type { InDialogOptions } from './in-dialog-options.ts';
import type { Outcome } from './launch.ts';
import { OVERLAP_RETRY_SEC } from './peer-requests.ts';
import type { OfferSlot } from './offer-answer.ts';
import { takeProvisional } from './reliable-client.ts';
import type { NotSent, ResponseResult } from './result.ts';
import { effectOf, lossOf } from './usage-effect.ts';

/** A request that keeps meeting 491 is given up after this many attempts. */
const MAX_ATTEMPTS = 5;

/** What was tried so far. */
interface Attempts {
  readonly count: number;
  /** One of them met 500 with Retry-After. */
  readonly hasWaited: boolean;
}

const FIRST: Attempts = { count: 1, hasWaited: false };

/** Methods that keep the call: they may be tried again after 491 and 422. @rfc 3261 §14.1, RFC 3311 §5.1 */
const KEEPS_CALL = new Set(['INVITE', 'UPDATE']);

/** Requests whose description is an offer or an answer. */
const SDP_SLOT: ReadonlyMap<string, OfferSlot> = new Map<string, OfferSlot>([
  ['INVITE', 'INVITE'],
  ['UPDATE', 'UPDATE'],
  ['PRACK', 'PRACK'],
]);

/**
 * Sends a request in a dialog and does what its outcome demands: ACK, target refresh, end of the call, another attempt after 491, 422, or 500
 * with Retry-After.
 * @rfc 3261 §12.2.1
 */
export function sendInDialog(
  user: DialogUser,
  method: string,
  options: InDialogOptions,
  outcome: Outcome,
  attempts = FIRST,
): void {
  const refusal = refusalOf(user, method, options);
  if (refusal !== undefined) {
    outcome.onResult(refusal);
    return;
  }
  openExchange(user, method, options);
  const again: Again = (hasWaited) => {
    const tried = { count: attempts.count + 1, hasWaited: hasWaited || attempts.hasWaited };
    sendInDialog(user, method, renewed(user, options), outcome, tried);
  };
  const settle = (result: ResponseResult): void => {
    if (method === 'INVITE') user.hasOwnInvite = false;
    if (SDP_SLOT.get(method) !== undefined) settleExchange(user, method, options, result);
    const mayTry = attempts.count < MAX_ATTEMPTS && !user.isOver && KEEPS_CALL.has(method);
    if (mayTry && isRetried(user, options, result, attempts, again)) return;
    outcome.onResult(result);
    endCall(user, method, result);
  };
  const delivering = deliver(
    user.context,
    {
      method,
      uri: user.dialog.nextHop,
      flow: user.flow,
      draft: (way, extra) => inDialogDraft(user, way, method, options, extra),
      onLaunched: ({ message }) => {
        if (method === 'INVITE') user.acks.invited(message);
      },
    },
    { ...outcome, ...(method === 'INVITE' ? hearing(user, options, outcome) : {}), onResult: settle },
  );
  options.onDelivering?.(delivering);
}

function openExchange(user: DialogUser, method: string, options: InDialogOptions): void {
  const slot = SDP_SLOT.get(method);
  if (slot === undefined) return;
  if (method === 'INVITE') {
    user.hasOwnInvite = true;
    user.offers.invite();
  }
  const sdp = sentSdp(options.body, options.contentType);
  if (sdp !== undefined) user.offers.sent(sdp, slot);
}

/** Why a description of ours may not be sent. @rfc 3264 §6, §8 */
function sdpRefusal(user: DialogUser, slot: OfferSlot, options: InDialogOptions): NotSent | undefined {
  const sdp = sentSdp(options.body, options.contentType);
  if (sdp === undefined || options.isSdpUnchecked === true) return undefined;
  const [problem] = user.offers.problems(slot, sdp);
  if (problem === undefined) return undefined;
  return { kind: 'not-sent', code: 'broken-sdp', message: `${problem.message} (${problem.rfc})` };
}

/** Provisional responses to a re-INVITE want their PRACK too. */
function hearing(user: DialogUser, options: InDialogOptions, outcome: Outcome): Partial<Outcome> {
  return {
    onProvisional: (response) => {
      if (takeProvisional(user, response, options)) outcome.onProvisional?.(response);
    },
  };
}

/** Why a request may not be sent now. @rfc 3261 §14.1, RFC 3264 §8, RFC 3262 §5, RFC 3311 §5.1 */
function refusalOf(user: DialogUser, method: string, options: InDialogOptions): NotSent | undefined {
  if (user.isOver && method !== 'BYE') {
    return { kind: 'not-sent', code: 'ended', message: 'the call is over' };
  }
  const hasSdp =
    SDP_SLOT.get(method) !== undefined && sentSdp(options.body, options.contentType) !== undefined;
  const hasOffer = hasSdp && KEEPS_CALL.has(method);
  const isMisplaced = hasSdp && method === 'PRACK' && !user.offers.admits('local', 'PRACK');
  // The responses to an INVITE without offer will carry one.
  const isOfferDue = user.isInviteOpen && !user.offers.isInviteSettled;
  if (
    (method === 'INVITE' && user.isInviteOpen) ||
    isMisplaced ||
    (hasOffer && (user.offers.state !== 'stable' || isOfferDue))
  ) {
    return { kind: 'not-sent', code: 'pending', message: 'an INVITE or offer of this call is still open' };
  }
  const slot = SDP_SLOT.get(method);
  return slot === undefined ? undefined : sdpRefusal(user, slot, options);
}

/** A description of ours may have gone out meanwhile: this one comes after it. @rfc 3264 §8 */
function renewed(user: DialogUser, options: InDialogOptions): InDialogOptions {
  const { body, contentType, isSdpUnchecked } = options;
  if (typeof body !== 'string' || isSdpUnchecked === true || sentSdp(body, contentType) === undefined)
    return options;
  return { ...options, body: continuing(user.offers.lastSent, body) };
}

/** Tries once more. @param hasWaited - because of a Retry-After. */
type Again = (hasWaited: boolean) => void;

/**
 * Another attempt: later after 491, and once after a 500 that says when (the peer had another offer open); with a longer session interval
 * after 422.
 * @rfc 3261 §14.1, §21.5.1, RFC 3311 §5.2, RFC 4028 §7.3
 */
function isRetried(
  user: DialogUser,
  { isGlareTold }: InDialogOptions,
  result: ResponseResult,
  { hasWaited }: Attempts,
  again: Again,
): boolean {
  if (result.kind !== 'response') return false;
  const { status, message } = result;
  const afterMs = status === 491 ? glareWaitMs(user) : hasWaited ? undefined : overlapWaitMs(status, message);
  if (afterMs !== undefined && isGlareTold !== true) {
    user.retryAfter(afterMs, () => {
      again(status === 500);
    });
    return true;
  }
  if (status !== 422 || user.refresh?.raise(message) !== true) return false;
  again(false);
  return true;
}

/** Retry-After of a 500 to an overlapping request; longer times speak of something else. @rfc 3261 §14.2 */
function overlapWaitMs(status: number, message: SipMessage): number | undefined {
  const afterSec = status === 500 ? retryAfter(message)?.delaySec : undefined;
  return afterSec === undefined || afterSec > OVERLAP_RETRY_SEC ? undefined : afterSec * 1000;
}

/** 2.1 to 4 s for the owner of the Call-ID, else 0 to 2 s, in steps of 10 ms. @rfc 3261 §14.1 */
function glareWaitMs({ context, role }: DialogUser): number {
  const chance = context.ids.chance();
  return role === 'uac' ? 2100 + Math.floor(chance * 191) * 10 : Math.floor(chance * 201) * 10;
}

function endCall(user: DialogUser, method: string, result: ResponseResult): void {
  const loss = lossOf(method, result);
  if (loss !== undefined) user.context.onDialogLost(user.dialog, loss);
  if (user.isOver || method === 'BYE' || effectOf(method, result) === 'transaction') return;
  user.fail(
    result.kind === 'response' ? `${method} was answered ${result.status}` : `${method} got no answer`,
  );
}
