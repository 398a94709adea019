import type { UsageContext } from '../agent/usage.ts';
import { deliver, type Delivering } from '../agent/deliver.ts';
import type { ServerRequest } from '../agent/handler.ts';
import type { HeaderLine } from '../agent/header-line.ts';
import type { Outcome } from '../agent/launch.ts';
import type { ResponseResult } from '../agent/result.ts';
import { lossOf } from '../agent/usage-effect.ts';
import { Dialog } from '../dialog/dialog.ts';
import type { RequestDraft } from '../message/draft.ts';
import type { SipMessage } from '../message/message.ts';
import type { Route } from '../transaction/types.ts';

/** Our end of a dialog that a subscription lives in. */
export interface DialogEnd {
  readonly context: UsageContext;
  readonly dialog: Dialog;
  /** The way to the peer over which the dialog was set up. */
  readonly flow: Route;
}

/** What a request of a subscription says besides what its dialog prescribes. */
export interface UsageRequest {
  readonly headers: readonly HeaderLine[];
  readonly body?: string | undefined;
  readonly contentType?: string | undefined;
  /** CSeq number of each attempt, before it is sent. */
  readonly onAttempt?: (cseqNumber: number) => void;
}

/**
 * The dialog a request makes: that of its call, or a new one. @rfc 6665 §4.4.1, RFC 5057 §2
 * @param firstCseq - number of the first request sent in a new dialog; a random one when left out.
 */
export function dialogEndOf(context: UsageContext, request: ServerRequest, firstCseq?: number): DialogEnd {
  const { session, incoming, message } = request;
  if (session !== undefined) return { context, dialog: session.dialog, flow: session.flow };
  const { received, transport } = incoming;
  const dialog = Dialog.fromRequest(message, request.localTag, transport, firstCseq ?? context.ids.cseq());
  dialog.confirm();
  const target = { address: received.from, connectionId: received.connectionId };
  return { context, dialog, flow: { transport, target } };
}

/** Sends a SUBSCRIBE, NOTIFY or REFER in a dialog; a 2xx refreshes the target, and some refusals end all that lives in the dialog. @rfc 6665 §4.4.1, RFC 5057 §5.1 */
export function sendInUsage(
  end: DialogEnd,
  method: string,
  request: UsageRequest,
  outcome: Outcome,
): Delivering {
  const { context, dialog, flow } = end;
  return deliver(
    context,
    {
      method,
      uri: dialog.nextHop,
      flow,
      draft: (way, extra) => draftOf(end, method, request, way, extra),
    },
    {
      ...outcome,
      onResult: (result) => {
        const success = successOf(result);
        if (success !== undefined) dialog.refreshTarget(success);
        outcome.onResult(result);
        const loss = lossOf(method, result);
        if (loss !== undefined) context.onDialogLost(dialog, loss);
      },
    },
  );
}

function draftOf(
  { context, dialog }: DialogEnd,
  method: string,
  request: UsageRequest,
  way: Route,
  extra: readonly HeaderLine[],
): RequestDraft {
  const face = context.listeners.faceFor(way.transport, way.target.address.host);
  const draft = dialog.request(method);
  request.onAttempt?.(dialog.localCseq);
  for (const [name, value] of [face.contact, ...request.headers, ...extra]) draft.headers.push([name, value]);
  if (context.identity.product !== '') draft.headers.push(['User-Agent', context.identity.product]);
  if (request.body !== undefined) {
    draft.headers.push(['Content-Type', request.contentType ?? 'text/plain']);
    draft.body = request.body;
  }
  return draft;
}

/** The response of a request that was answered with a 2xx. */
export function successOf(result: ResponseResult): SipMessage | undefined {
  return result.kind === 'response' && result.status < 300 ? result.message : undefined;
}

/**
 * Statuses after which a subscription of the dialog is no more; anything else says nothing about it. No answer at all counts too.
 * @rfc 6665 §4.1.2.2, §4.2.2, RFC 5057 §5.1
 */
const FATAL = new Set([404, 405, 408, 410, 416, 480, 481, 482, 483, 484, 485, 489, 501, 604]);

/** Whether the outcome of a request in a subscription ends it. */
export function endsUsage(result: ResponseResult): boolean {
  return result.kind === 'response' ? FATAL.has(result.status) : true;
}

/** Whether the peer of a request in a subscription does not know the subscription any more; no answer says nothing. @rfc 6665 §4.1.2.2 */
export function losesDialog(result: ResponseResult): boolean {
  return result.kind === 'response' && result.status !== 408 && FATAL.has(result.status);
}
