import type { SipMessage } from '../message/message.ts';
import type { Incoming } from '../transaction/types.ts';
import type { TransportError } from '../transport/transport.ts';

/** A final response. */
export interface FinalResponse {
  readonly kind: 'response';
  readonly status: number;
  readonly reason: string;
  readonly message: SipMessage;
  readonly incoming: Incoming;
  /** From the first transmission of the request to this response. */
  readonly elapsedMs: number;
}

/** No final response came in time (timer B or F, or the caller's own limit). @rfc 3261 §8.1.3.1 */
interface TimedOut {
  readonly kind: 'timeout';
  readonly elapsedMs: number;
}

/** The request could not be delivered. @rfc 3261 §8.1.3.1 */
interface TransportFailed {
  readonly kind: 'transport-failure';
  readonly error: TransportError;
}

/** The request was not sent at all. */
export interface NotSent {
  readonly kind: 'not-sent';
  /**
   * `bad-target`: no usable SIP URI; `no-listener`: no listener of that transport and address family; `not-found`: the name has no address;
   * `pending`: an INVITE or offer of this session is still open (RFC 3261 §14.1, RFC 3311 §5.1); `ended`: the session or the agent is over;
   * `broken-sdp`: its description does not fit the ones before it (RFC 3264 §6, §8); `cancelled`: given up before it was sent.
   */
  readonly code:
    'bad-target' | 'no-listener' | 'not-found' | 'pending' | 'ended' | 'broken-sdp' | 'cancelled';
  readonly message: string;
}

/** How a request ended, as data. */
export type ResponseResult = FinalResponse | TimedOut | TransportFailed | NotSent;

/** One sentence for people and logs. */
export function describeResult(result: ResponseResult): string {
  switch (result.kind) {
    case 'response':
      return `${result.status} ${result.reason}`.trimEnd();
    case 'timeout':
      return `no final response within ${Math.round(result.elapsedMs)} ms`;
    case 'transport-failure':
      return result.error.message;
    case 'not-sent':
      return result.message;
  }
}
