import { encode, type RequestDraft } from '../message/draft.ts';
import { parseMessage } from '../message/parse.ts';
import type { SipMessage } from '../message/message.ts';
import type { ClientTransaction, ClientTransactionUser, Incoming, Route } from '../transaction/types.ts';
import type { TransportError } from '../transport/transport.ts';
import type { AgentContext, OpenOutcome } from './context.ts';
import type { ResponseResult } from './result.ts';

/** What the sender of a request hears. */
export interface Outcome {
  onProvisional?(response: Incoming): void;
  /** Called exactly once. */
  onResult(result: ResponseResult): void;
  /** The transaction is gone: no retransmission of its responses will be told any more. */
  onTerminated?(): void;
}

/** A request on its way. */
export interface Launched {
  readonly message: SipMessage;
  /** Another one after a large request could not be delivered over TCP. */
  transaction: ClientTransaction;
}

/** Requests above this size go over TCP where we have it. @rfc 3261 §18.1.1 */
const MAX_DATAGRAM_REQUEST = 1300;

/** Octets of a draft with our Via on top. @rfc 3261 §8.1.1.7 */
export function encodeWithVia(context: AgentContext, draft: RequestDraft, route: Route): Uint8Array {
  const face = context.listeners.faceFor(route.transport, route.target.address.host);
  return encode({ ...draft, headers: [['Via', face.viaPrefix + context.ids.branch()], ...draft.headers] });
}

/**
 * Sends a request through a transaction of its own.
 * @param isPinned - keeps a large request on UDP.
 */
export function launch(
  context: AgentContext,
  draft: RequestDraft,
  route: Route,
  outcome: Outcome,
  isPinned = false,
): Launched {
  const bytes = encodeWithVia(context, draft, route);
  const stream = isPinned || bytes.length <= MAX_DATAGRAM_REQUEST ? undefined : streamRoute(context, route);
  if (stream === undefined) return open(context, bytes, route, outcome);
  const launched = open(context, encodeWithVia(context, draft, stream), stream, {
    ...outcome,
    onResult: (result) => {
      if (result.kind !== 'transport-failure') outcome.onResult(result);
      else launched.transaction = open(context, bytes, route, outcome).transaction;
    },
  });
  return launched;
}

function open(context: AgentContext, bytes: Uint8Array, route: Route, outcome: Outcome): Launched {
  const message = parseMessage(bytes);
  const user = new OutcomeUser(context, outcome);
  return { message, transaction: context.layer.request(bytes, message, route, user) };
}

/** The same host over TCP. */
function streamRoute(context: AgentContext, { transport, target }: Route): Route | undefined {
  if (transport.isReliable) return undefined;
  const { address, owner } = target;
  const stream = context.listeners.select('tcp', address.host);
  return stream && { transport: stream, target: { address, owner } };
}

class OutcomeUser implements ClientTransactionUser, OpenOutcome {
  readonly #context: AgentContext;
  readonly #outcome: Outcome;
  readonly #startMs: number;
  #isDone = false;

  constructor(context: AgentContext, outcome: Outcome) {
    this.#context = context;
    this.#outcome = outcome;
    this.#startMs = context.clock.now();
    context.openOutcomes.add(this);
  }

  abandon(): void {
    this.#done({ kind: 'not-sent', code: 'ended', message: 'the agent was stopped' });
  }

  onResponse(response: Incoming): void {
    const { startLine } = response.message;
    if (startLine.kind !== 'response') return;
    const { status, reason } = startLine;
    if (status < 200) {
      this.#outcome.onProvisional?.(response);
      return;
    }
    this.#done({
      kind: 'response',
      status,
      reason,
      message: response.message,
      incoming: response,
      elapsedMs: this.#elapsedMs(),
    });
  }

  onTimeout(): void {
    this.#done({ kind: 'timeout', elapsedMs: this.#elapsedMs() });
  }

  onTransportFailed(error: TransportError): void {
    this.#done({ kind: 'transport-failure', error });
  }

  onTerminated(): void {
    this.#outcome.onTerminated?.();
  }

  /** A lost ACK reports a failure after the final response, which was the result. */
  #done(result: ResponseResult): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#context.openOutcomes.delete(this);
    this.#outcome.onResult(result);
  }

  #elapsedMs(): number {
    return this.#context.clock.now() - this.#startMs;
  }
}
