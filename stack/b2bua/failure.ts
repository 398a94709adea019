import type { ResponseResult } from '../agent/result.ts';
import type { SipMessage } from '../message/message.ts';
import type { Final } from '../proxy/best-response.ts';

/** How a request to the other leg failed, as the leg it came from hears it. */
export type Failed = Exclude<ResponseResult, { readonly kind: 'response' }>;

/** Statuses that speak of one hop only. A challenge is ours to answer, and "not now" is about the callee's server, not about us. @rfc 3261 §16.7 */
const STATUS_FOR: ReadonlyMap<number, number> = new Map([
  [401, 403],
  [407, 403],
  [503, 500],
]);

/** What did not get a response counts as one. @rfc 3261 §8.1.3.1 */
const NOT_SENT: Readonly<Record<Extract<Failed, { readonly kind: 'not-sent' }>['code'], number>> = {
  'bad-target': 404,
  'not-found': 404,
  'no-listener': 500,
  pending: 491,
  ended: 481,
  'broken-sdp': 488,
  cancelled: 487,
};

/** The final that a result counts as, before it is shown to anybody. */
export function finalOf(result: ResponseResult): Final {
  switch (result.kind) {
    case 'response':
      return { status: result.status, message: result.message };
    case 'timeout':
      return { status: 408, message: undefined };
    case 'transport-failure':
      return { status: 503, message: undefined };
    case 'not-sent':
      return { status: NOT_SENT[result.code], message: undefined };
  }
}

/** The status for the other leg. */
export function shownStatus(status: number): number {
  return STATUS_FOR.get(status) ?? status;
}

/** The reason phrase for the other leg: the one that came, where the status is the one that came. */
export function shownReason(status: number, message: SipMessage | undefined): string | undefined {
  const line = message?.startLine;
  return line?.kind === 'response' && shownStatus(status) === status && line.reason !== ''
    ? line.reason
    : undefined;
}
