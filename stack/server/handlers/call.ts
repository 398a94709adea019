import { sdpOf } from '../../agent/body.ts';
import { reliabilityOf, RELIABLE } from '../../agent/reliable-provisionals.ts';
import { intervalRefusal, TIMER, type SessionTimerPolicy } from '../../agent/session-timer.ts';
import type { Handler, ServerRequest } from '../handler.ts';
import { describeMedia, mediaReply, type SdpProfile } from '../media.ts';

export interface CallOptions {
  /** Off: every call gets 480. */
  readonly isAccepting: boolean;
  /** Time between the INVITE and the first response above 100, in milliseconds; none when left out. */
  readonly answerDelayMs?: number;
  /** Time between the ringing and 200, in milliseconds. */
  readonly ringMs: number;
  readonly sdpProfile: SdpProfile;
  /** Rings with 183 and a session description in place of 180. @rfc 3261 §13.3.1.1 */
  readonly hasEarlyMedia?: boolean;
  /**
   * Reliable provisional responses: `off` does not know them (420), `supported` (the default) sends them to callers that require them, `on` to
   * all that know them, `required` refuses the others with 421. @rfc 3262
   */
  readonly reliability?: 'off' | 'supported' | 'on' | 'required';
  /** How sessions are watched; left out, as the caller asks; `off` knows no session timers. @rfc 4028 */
  readonly sessionTimer?: SessionTimerPolicy | 'off';
}

/** Takes calls: 100, 180, after the ring time 200 with an answer or an offer of its own. Takes re-INVITEs at once. @rfc 3261 §13.3.1, §14.2 */
export function call(options: CallOptions): Handler {
  const { isAccepting, reliability = 'supported', sessionTimer } = options;
  const isReliable = reliability !== 'off';
  const accept = ['application/sdp'];
  const describes = new Set(['INVITE', 'PRACK']);
  return {
    name: 'call',
    methods: ['INVITE', 'ACK', 'CANCEL', 'BYE', ...(isReliable ? ['PRACK'] : [])],
    supported: [...(isReliable ? [RELIABLE] : []), ...(sessionTimer === 'off' ? [] : [TIMER])],
    accept,
    acceptFor: (method) => (describes.has(method) ? accept : undefined),
    explain: () => explain(options),
    handle: (request) => {
      if (request.method === 'PRACK') acknowledged(request, options.sdpProfile);
      else if (request.session !== undefined) answer(request, options);
      else if (isAccepting) take(request, options);
      else request.respond(480);
    },
  };
}

function explain(options: CallOptions): string {
  const { isAccepting, answerDelayMs = 0, ringMs, sdpProfile, hasEarlyMedia, reliability } = options;
  if (!isAccepting) return 'INVITE: answers 480 to every call.';
  const silence = answerDelayMs === 0 ? '' : `is silent for ${answerDelayMs} ms, then `;
  const wait = ringMs === 0 ? 'answers' : `answers after ${ringMs} ms of ringing`;
  const early = hasEarlyMedia === true ? ', with early media' : '';
  const known = reliability === 'off' ? '' : 'PRACK, ';
  return `INVITE: ${silence}${wait} 200 ${describeMedia(sdpProfile)}${early}; ${known}CANCEL, BYE and re-INVITE are served.`;
}

function take(request: ServerRequest, options: CallOptions): void {
  const { reliability, sessionTimer } = options;
  const tooShort = sessionTimer === 'off' ? undefined : intervalRefusal(request.message, sessionTimer ?? {});
  if (tooShort !== undefined) request.respond(tooShort.status, { headers: tooShort.headers ?? [] });
  else if (reliability === 'required' && reliabilityOf(request.message) === 'none') {
    request.respond(421, { headers: [['Require', RELIABLE]] });
  } else {
    request.respond(100);
    after(request, options.answerDelayMs ?? 0, () => {
      ring(request, options);
    });
  }
}

/** Does it now, or after the time unless the call is given up before. */
function after(request: ServerRequest, delayMs: number, act: () => void): void {
  if (delayMs === 0) {
    act();
    return;
  }
  const timer = request.clock.after(delayMs, act);
  request.onAbandoned(() => {
    timer.cancel();
  });
}

function ring(request: ServerRequest, options: CallOptions): void {
  const { ringMs, reliability } = options;
  const isReliable = reliability === 'on' || reliability === 'required';
  if (options.hasEarlyMedia === true && mayDescribe(request, isReliable)) {
    const { status, reply } = mediaReply(request, options.sdpProfile);
    request.respond(status === 200 ? 183 : status, { ...reply, isReliable });
  } else request.respond(180, isReliable ? { isReliable } : undefined);
  after(request, ringMs, () => {
    answer(request, options);
  });
}

/** Early media answers the offer of the INVITE; where there is none, an offer of our own goes into a reliable response or waits for the 2xx. @rfc 3261 §13.2.1 */
function mayDescribe({ message }: ServerRequest, isReliable: boolean): boolean {
  if (sdpOf(message) !== undefined) return true;
  const taken = reliabilityOf(message);
  return taken === 'required' || (isReliable && taken === 'supported');
}

/** A description that the caller has reliably is not sent again. @rfc 6337 §2 */
function answer(request: ServerRequest, { sdpProfile, sessionTimer = {} }: CallOptions): void {
  const isDescribed = request.session?.offers.isInviteSettled === true;
  const { status, reply } = isDescribed
    ? ({ status: 200, reply: {} } as const)
    : mediaReply(request, sdpProfile);
  request.respond(status, sessionTimer === 'off' ? reply : { ...reply, sessionTimer });
}

/** A PRACK may bring an offer of its own. @rfc 3262 §5 */
function acknowledged(request: ServerRequest, profile: SdpProfile): void {
  if (request.session?.offers.openSlot !== 'PRACK') {
    request.respond(200);
    return;
  }
  const { status, reply } = mediaReply(request, profile);
  request.respond(status, reply);
}
