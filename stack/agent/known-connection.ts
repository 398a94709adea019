import type { Address, Protocol } from '../core/address.ts';
import type { Route } from '../transaction/types.ts';

/** A connection that a peer has opened to one of our listeners: the better way to it as long as it is there. @rfc 5923 §3 */
export interface KnownConnection {
  readonly protocol: Protocol;
  /** Of the listener. */
  readonly local: Address;
  readonly connectionId: string | undefined;
}

/** Where the connection belongs to the listener that the way begins at, the way goes over it; once it is gone, to the address of the way. */
export function overConnection<T extends readonly Route[]>(ways: T, known: KnownConnection | undefined): T;
export function overConnection(ways: readonly Route[], known: KnownConnection | undefined): readonly Route[] {
  if (known?.connectionId === undefined) return ways;
  const { connectionId, protocol, local } = known;
  return ways.map(({ transport, target }) =>
    transport.protocol === protocol && transport.local.port === local.port
      ? { transport, target: { ...target, connectionId } }
      : { transport, target },
  );
}
