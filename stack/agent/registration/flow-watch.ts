import type { Unsubscribe } from '../../core/emitter.ts';
import type { Ids } from '../../core/ids.ts';
import { TransportError } from '../../transport/transport.ts';
import type { Route } from '../../transaction/types.ts';

/** Without a Flow-Timer a stream is asked about every 95 to 120 s. @rfc 5626 §4.4.1 */
const DEFAULT_TIMER_SEC = 120;
/** Datagrams every 24 to 29 s, before NATs forget them. @rfc 5626 §4.4.2 */
const DEFAULT_DATAGRAM_SEC = 29;
/** The wait is this part of the timer, or up to all of it. @rfc 5626 §4.4 */
const LEAST_PART = 0.8;

/** Keeps the flow of a registration alive, by pings over streams and by STUN over UDP, and tells, once, when it is lost. @rfc 5626 §4.4 */
export function watchFlow(
  route: Route,
  flowTimerSec: number | undefined,
  ids: Ids,
  onLost: (error: TransportError) => void,
): Unsubscribe {
  const { transport, target } = route;
  const { connectionId } = target;
  const usualSec = connectionId === undefined ? DEFAULT_DATAGRAM_SEC : DEFAULT_TIMER_SEC;
  const longestMs = (flowTimerSec ?? usualSec) * 1000;
  const nextDelayMs = (): number => longestMs * (LEAST_PART + (1 - LEAST_PART) * ids.chance());
  if (connectionId === undefined) {
    const chance = (): number => ids.chance();
    return transport.keepFlow?.(target.address, { nextDelayMs, chance, onLost }) ?? (() => undefined);
  }
  const stopKeepAlive = transport.keepAlive?.(connectionId, nextDelayMs);
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
