import type { AgentContext } from '../agent/context.ts';
import { overConnection } from '../agent/known-connection.ts';
import type { Listeners } from '../agent/listeners.ts';
import type { SipMessage } from '../message/message.ts';
import type { Resolver } from '../resolver/resolver.ts';
import type { Route } from '../transaction/types.ts';
import { nextHopOf } from './forward.ts';
import { wayOver, waysTo } from './hops.ts';
import type { Preprocessed } from './preprocess.ts';
import type { Target } from './target.ts';

/** Above this a request goes over TCP where that is possible; our own lines are yet to be added. @rfc 3261 §18.1.1 */
const MAX_DATAGRAM_REQUEST = 1300 - 200;

/** Finds the ways of a request to a target: the one flow that leads there, or those to its next hop. */
export function waysOf(
  request: Preprocessed,
  target: Target,
  { listeners, resolver }: Pick<AgentContext, 'listeners'> & { readonly resolver: Resolver | undefined },
  done: (ways: readonly Route[]) => void,
): void {
  if (target.flow !== undefined) {
    const way = wayOver(target.flow, listeners);
    done(way === undefined ? [] : [way]);
    return;
  }
  waysTo(nextHopOf(request, target), { listeners, resolver, isOverWss: request.isOverWss }, (found) => {
    done(overConnection(found, target.connection));
  });
}

/** A large request takes TCP first, and UDP when nobody listens there. @rfc 3261 §18.1.1 */
export function withStreams(
  message: SipMessage,
  ways: readonly Route[],
  listeners: Listeners,
): readonly Route[] {
  if (message.bytes.length <= MAX_DATAGRAM_REQUEST) return ways;
  return ways.flatMap((way) => {
    const { address, sharing } = way.target;
    const isFixed = way.transport.isReliable || sharing === 'flow';
    const stream = isFixed ? undefined : listeners.select('tcp', address.host);
    return stream === undefined ? [way] : [{ transport: stream, target: { address } }, way];
  });
}
