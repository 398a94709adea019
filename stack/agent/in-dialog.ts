import type { RequestDraft } from '../message/draft.ts';
import type { Dialog } from '../dialog/dialog.ts';
import { cseq } from '../message/headers/cseq.ts';
import type { Route } from '../transaction/types.ts';
import type { AckSender } from './ack-sender.ts';
import { SDP_TYPE, sdpOf, sentSdp } from './body.ts';
import type { AgentContext } from './context.ts';
import { deliver } from './deliver.ts';
import type { Outcome } from './launch.ts';
import type { HeaderLine } from './header-line.ts';
import type { OfferAnswer } from './offer-answer.ts';
import type { FinalResponse, NotSent, ResponseResult } from './result.ts';

/** What a request in a dialog carries besides what the dialog prescribes. */
export interface InDialogOptions {
  readonly headers?: readonly HeaderLine[];
  readonly body?: string | Uint8Array;
  /** Content-Type of the body; `application/sdp` when left out. */
  readonly contentType?: string;
  /** Answers an offer that comes in the 2xx to an INVITE without one; without it, or without its answer, the ACK has no body. */
  readonly answer?: (offer: string) => string | undefined;
}

/** The side of a session that sends requests. */
export interface DialogUser {
  readonly context: AgentContext;
  readonly dialog: Dialog;
  readonly flow: Route;
  readonly offers: OfferAnswer;
  readonly acks: AckSender;
  readonly role: 'uac' | 'uas';
  readonly isOver: boolean;
  /** An INVITE of either side is open. */
  readonly isInviteOpen: boolean;
  hasOwnInvite: boolean;
  fail(reason: string): void;
  retryAfter(delayMs: number, attempt: () => void): void;
}

/** A request that keeps meeting 491 is given up after this many attempts. */
const MAX_ATTEMPTS = 5;

/** Methods that change the remote target and carry our Contact. @rfc 3261 §12.2.1.1, RFC 3311 §5.1 */
const TARGET_REFRESH = new Set(['INVITE', 'UPDATE']);

/**
 * Sends a request in a dialog and does what its outcome demands: ACK, target refresh, end of the dialog, another attempt after 491.
 * @rfc 3261 §12.2.1
 */
export function sendInDialog(
  user: DialogUser,
  method: string,
  options: InDialogOptions,
  outcome: Outcome,
  attempt = 1,
): void {
  const refusal = refusalOf(user, method, options);
  if (refusal !== undefined) {
    outcome.onResult(refusal);
    return;
  }
  const offer = TARGET_REFRESH.has(method) ? sentSdp(options.body, options.contentType) : undefined;
  if (method === 'INVITE') user.hasOwnInvite = true;
  if (offer !== undefined) user.offers.sent(offer);
  const settle = (result: ResponseResult): void => {
    if (method === 'INVITE') user.hasOwnInvite = false;
    if (TARGET_REFRESH.has(method)) settleRefresh(user, method, options, result);
    if (shouldRetry(method, result) && attempt < MAX_ATTEMPTS && !user.isOver) {
      user.retryAfter(glareWaitMs(user), () => {
        sendInDialog(user, method, options, outcome, attempt + 1);
      });
      return;
    }
    outcome.onResult(result);
    endsDialog(user, method, result);
  };
  deliver(
    user.context,
    {
      method,
      uri: user.dialog.nextHop,
      flow: user.flow,
      draft: (way, extra) => draftOf(user, way, method, options, extra),
    },
    { ...outcome, onResult: settle },
  );
}

function draftOf(
  user: DialogUser,
  way: Route,
  method: string,
  options: InDialogOptions,
  extra: readonly HeaderLine[],
): RequestDraft {
  const { context, dialog } = user;
  const face = context.listeners.faceFor(way.transport, way.target.address.host);
  const draft = dialog.request(method);
  if (TARGET_REFRESH.has(method)) draft.headers.push([...face.contact]);
  if (method === 'INVITE' && context.listeners.capabilities.allow !== undefined) {
    draft.headers.push(['Allow', context.listeners.capabilities.allow]);
  }
  for (const [name, value] of options.headers ?? []) draft.headers.push([name, value]);
  for (const [name, value] of extra) draft.headers.push([name, value]);
  if (context.identity.product !== '') draft.headers.push(['User-Agent', context.identity.product]);
  if (options.body !== undefined) {
    draft.headers.push(['Content-Type', options.contentType ?? SDP_TYPE]);
    draft.body = options.body;
  }
  return draft;
}

/** Why a request may not be sent now. @rfc 3261 §14.1, RFC 3311 §5.1 */
function refusalOf(user: DialogUser, method: string, options: InDialogOptions): NotSent | undefined {
  if (user.isOver && method !== 'BYE') {
    return { kind: 'not-sent', code: 'ended', message: 'the call is over' };
  }
  const hasOffer = TARGET_REFRESH.has(method) && sentSdp(options.body, options.contentType) !== undefined;
  if ((method === 'INVITE' && user.isInviteOpen) || (hasOffer && user.offers.state !== 'stable')) {
    return { kind: 'not-sent', code: 'pending', message: 'an INVITE or offer of this call is still open' };
  }
  return undefined;
}

function settleRefresh(
  user: DialogUser,
  method: string,
  options: InDialogOptions,
  result: ResponseResult,
): void {
  if (result.kind !== 'response' || result.status >= 300) {
    if (user.offers.state === 'local-offer') user.offers.abandon();
    return;
  }
  user.dialog.refreshTarget(result.message);
  const sdp = sdpOf(result.message);
  if (sdp !== undefined) user.offers.received(sdp);
  else if (user.offers.state === 'local-offer') user.offers.abandon();
  if (method === 'INVITE') acknowledge(user, result, options);
}

/** ACK for a 2xx, with the answer when the 2xx brought an offer. @rfc 3261 §13.2.2.4 */
export function acknowledge(user: DialogUser, response: FinalResponse, options: InDialogOptions): void {
  let answer: string | undefined;
  const offer = user.offers.state === 'remote-offer' ? sdpOf(response.message) : undefined;
  if (offer !== undefined) {
    answer = options.answer?.(offer);
    if (answer === undefined) user.offers.abandon();
    else user.offers.sent(answer);
  }
  user.acks.send(user, cseq(response.message)?.number ?? 0, answer);
}

function shouldRetry(method: string, result: ResponseResult): boolean {
  return TARGET_REFRESH.has(method) && result.kind === 'response' && result.status === 491;
}

/** 2.1 to 4 s for the owner of the Call-ID, else 0 to 2 s, in steps of 10 ms. @rfc 3261 §14.1 */
function glareWaitMs({ context, role }: DialogUser): number {
  const chance = context.ids.chance();
  return role === 'uac' ? 2100 + Math.floor(chance * 191) * 10 : Math.floor(chance * 201) * 10;
}

/** 481 says the peer has no such dialog; an INVITE or UPDATE nobody answered leaves it in doubt. @rfc 3261 §12.2.1.2, §14.1, RFC 5057 §5 */
function endsDialog(user: DialogUser, method: string, result: ResponseResult): void {
  if (user.isOver || method === 'BYE') return;
  if (result.kind === 'response') {
    const isFatal = result.status === 481 || (result.status === 408 && TARGET_REFRESH.has(method));
    if (isFatal) user.fail(`${method} was answered ${result.status}`);
  } else if (result.kind !== 'not-sent' && TARGET_REFRESH.has(method)) {
    user.fail(`${method} got no answer`);
  }
}
