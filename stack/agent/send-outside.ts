import type { AgentContext } from './context.ts';
import { deliver, type Delivering } from './deliver.ts';
import type { Outcome } from './launch.ts';
import { outsideDraft, type OutsideOptions } from './outside-request.ts';
import { ownerOf, releaseConnections } from './own-connection.ts';
import type { ResponseResult } from './result.ts';

/** A request outside of any dialog, and how long to wait for its outcome. */
export interface RequestOptions extends OutsideOptions {
  /** Gives up waiting earlier than the transaction (64*T1) does. */
  readonly timeoutMs?: number;
}

/** Sends a request outside of any dialog; each attempt keeps Call-ID and From tag and counts CSeq on. @rfc 3261 §8.1 */
export function sendOutside(context: AgentContext, options: RequestOptions, outcome: Outcome): void {
  const { ids, listeners } = context;
  const { method, protocol, timeoutMs } = options;
  const callId = ids.callId();
  const fromTag = ids.tag();
  const owner = ownerOf(options, { callId, fromTag });
  let cseqNumber = ids.cseq() - 1;
  const giveUp = (): void => {
    delivering.abandon();
  };
  const told = timeoutMs === undefined ? outcome : limited(context, outcome, timeoutMs, giveUp);
  const delivering: Delivering = deliver(
    context,
    {
      method,
      uri: options.nextHop ?? options.target,
      protocol,
      over: options.over,
      owner,
      isPinned: protocol !== undefined,
      draft: (way, extra) => {
        const face = listeners.faceFor(way.transport, way.target.address.host);
        const headers = extra.length === 0 ? options.headers : [...(options.headers ?? []), ...extra];
        const attempt = headers === undefined ? options : { ...options, headers };
        return outsideDraft(context, attempt, face, { callId, fromTag, cseqNumber: ++cseqNumber });
      },
    },
    owner === undefined ? told : releasing(context, told, owner),
  );
}

/** The connection made for the request ends with its outcome: no response is left to come. */
function releasing({ listeners }: AgentContext, outcome: Outcome, owner: string): Outcome {
  return {
    ...outcome,
    onResult: (result) => {
      releaseConnections(listeners, owner);
      outcome.onResult(result);
    },
  };
}

/** @param giveUp - no further attempt is wanted. */
function limited(context: AgentContext, outcome: Outcome, timeoutMs: number, giveUp: () => void): Outcome {
  const { clock } = context;
  const startMs = clock.now();
  let isDone = false;
  const settle = (result: ResponseResult): void => {
    if (isDone) return;
    isDone = true;
    timer.cancel();
    outcome.onResult(result);
  };
  const timer = clock.after(timeoutMs, () => {
    settle({ kind: 'timeout', elapsedMs: clock.now() - startMs });
    giveUp();
  });
  return { ...outcome, onResult: settle };
}
