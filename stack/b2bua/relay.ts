import type { Reply, ServerRequest } from '../agent/handler.ts';
import type { HeaderLine } from '../agent/header-line.ts';
import type { ResponseResult } from '../agent/result.ts';
import type { Session } from '../agent/session.ts';
import { cseq } from '../message/headers/cseq.ts';
import { tokens } from '../message/headers/token-list.ts';
import type { SipMessage } from '../message/message.ts';
import { finalOf, shownReason, shownStatus } from './failure.ts';
import { crossingLines, type Crossing } from './header-policy.ts';
import type { BridgePolicies } from './options.ts';
import { crossingSdp, payloadOf } from './payload.ts';

/** Where messages of one leg go, and by which policies. */
export interface Passage {
  readonly policies: BridgePolicies;
  /** The leg the request came from. */
  readonly from: 'caller' | 'callee';
}

/** A request in the dialog of one leg, for the other. */
export interface Relayed extends Passage {
  readonly request: ServerRequest;
  readonly source: Session;
  readonly target: Session;
}

/** What a request says on the other leg. */
export function requestOptions(
  passage: Passage,
  { message, method, localHost }: ServerRequest,
): {
  readonly headers: readonly HeaderLine[];
  readonly body?: string | Uint8Array;
  readonly contentType?: string;
  readonly isSdpUnchecked: boolean;
} {
  const crossing = forward(passage, method, localHost);
  const { headers = {}, sdp } = passage.policies;
  return {
    headers: crossingLines(message, headers, crossing),
    ...payloadOf(message, sdp, crossing),
    isSdpUnchecked: true,
  };
}

/** What a response says on the leg the request came from. */
export function replyOf(passage: Passage, method: string, response: SipMessage, host: string): Reply {
  const crossing = backward(passage, method, host);
  const { headers = {}, sdp } = passage.policies;
  return { headers: crossingLines(response, headers, crossing), ...payloadOf(response, sdp, crossing) };
}

/** A description that answers one of the other leg, on its way back. */
export function sdpBack(
  { policies, from }: Passage,
  method: string,
  message: SipMessage,
  localHost: string,
): string | undefined {
  return crossingSdp(message, policies.sdp, { to: from, method, localHost });
}

/** A description on its way on. */
export function sdpOn(passage: Passage, request: ServerRequest, message: SipMessage): string | undefined {
  const { method, localHost } = request;
  return crossingSdp(message, passage.policies.sdp, forward(passage, method, localHost));
}

/** Answers with what the other leg came to. */
export function respondWith(passage: Passage, request: ServerRequest, result: ResponseResult): void {
  const { method, localHost } = request;
  if (result.kind === 'response' && result.status < 300) {
    const reply = replyOf(passage, method, result.message, localHost);
    request.respond(result.status, { ...reply, ...(method === 'OPTIONS' ? { capabilities: true } : {}) });
    return;
  }
  const { status, message } = finalOf(result);
  refuseWith(passage, request, keepsCall(method) || status !== 408 ? status : 504, message);
}

/** Refuses with what a refusal of the other leg says. A list of what is allowed is our own, a list of bodies is theirs. @rfc 3261 §21.4 */
export function refuseWith(
  passage: Passage,
  request: ServerRequest,
  status: number,
  message: SipMessage | undefined,
): void {
  const { method, localHost } = request;
  const reply = message === undefined ? {} : replyOf(passage, method, message, localHost);
  const accepted = status === 415 && message !== undefined ? message.all('Accept') : [];
  const reason = shownReason(status, message);
  request.respond(shownStatus(status), {
    ...reply,
    headers: [...(reply.headers ?? []), ...accepted.map((value): HeaderLine => ['Accept', value])],
    ...(reason === undefined ? {} : { reason }),
    ...(status === 405 ? { capabilities: true } : {}),
  });
}

/** Calls back with the ACK of the INVITE, or without when none comes any more. */
export function whenAcked(
  source: Session,
  invite: SipMessage,
  use: (ack: SipMessage | undefined) => void,
): void {
  const number = cseq(invite)?.number;
  const done = (ack: SipMessage | undefined): void => {
    for (const stop of stops) stop();
    use(ack);
  };
  const stops = [
    source.onAcked((ack) => {
      if (cseq(ack)?.number === number) done(ack);
    }),
    source.onEnding(() => {
      done(undefined);
    }),
    source.onEnded(() => {
      done(undefined);
    }),
  ];
}

/** Whether a message says that its sender takes a method. Who says nothing may. */
export function allows(message: SipMessage | undefined, method: string): boolean {
  return message?.first('Allow') === undefined || tokens(message, 'Allow').includes(method);
}

/** Requests whose failure may end the call. */
function keepsCall(method: string): boolean {
  return method === 'INVITE' || method === 'UPDATE';
}

function forward({ from }: Passage, method: string, localHost: string): Crossing {
  return { to: from === 'caller' ? 'callee' : 'caller', method, localHost };
}

function backward({ from }: Passage, method: string, localHost: string): Crossing {
  return { to: from, method, localHost };
}
