import type { Incoming, Route } from '../transaction/types.ts';
import type { OutsideIds, OutsideOptions } from './outside-request.ts';
import type { Listeners } from './listeners.ts';

/** Who owns the connections of a call or request that wants its own; undefined for the others. */
export function ownerOf(
  { connection }: Pick<OutsideOptions, 'connection'>,
  { callId, fromTag }: Pick<OutsideIds, 'callId' | 'fromTag'>,
): string | undefined {
  return connection === 'own' ? `${callId} ${fromTag}` : undefined;
}

/** The way of a dialog whose call has its own connection: the one that brought the response, whatever the Contact says. */
export function ownFlow(way: Route, { transport, received }: Incoming): Route {
  const { owner } = way.target;
  const { connectionId } = received;
  if (owner === undefined || connectionId === undefined) return way;
  return { transport, target: { ...way.target, connectionId } };
}

/** A call or request is over: the connections that were opened for it end. */
export function releaseConnections({ transports }: Listeners, owner: string | undefined): void {
  if (owner !== undefined) for (const transport of transports) transport.release?.(owner);
}
