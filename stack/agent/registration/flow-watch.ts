import type { Unsubscribe } from '../../core/emitter.ts';
import type { Ids } from '../../core/ids.ts';
import { TransportError } from '../../transport/transport.ts';
import type { Route } from '../../transaction/types.ts';

/** Without a Flow-Timer a stream is asked about every 95 to 120 s. @rfc 5626 §4.4.1 */
const DEFAULT_TIMER_SEC = 120;
/** The wait is this part of the timer, or up to all of it. @rfc 5626 §4.4 */
const LEAST_PART = 0.8;

/**
 * Keeps the stream of a registration alive and tells, once, when it is lost. Datagrams have no flow that can be watched without STUN: there
 * the refresh is the test.
 * @rfc 5626 §4.4
 */
export function watchFlow(
  route: Route,
  flowTimerSec: number | undefined,
  ids: Ids,
  onLost: (error: TransportError) => void,
): Unsubscribe {
  const { transport, target } = route;
  const { connectionId } = target;
  if (connectionId === undefined) return () => undefined;
  const longestMs = (flowTimerSec ?? DEFAULT_TIMER_SEC) * 1000;
  const stopKeepAlive = transport.keepAlive?.(
    connectionId,
    () => longestMs * (LEAST_PART + (1 - LEAST_PART) * ids.chance()),
  );
  const stopListening = transport.onConnection((event) => {
    if (event.connectionId !== connectionId || event.kind === 'opened') return;
    stop();
    onLost(event.error ?? new TransportError('closed', 'the flow of the registration was closed'));
  });
  const stop = (): void => {
    stopKeepAlive?.();
    stopListening();
  };
  return stop;
}
