import { withoutBrackets, type Address, type Protocol } from '../core/address.ts';
import { topVia, type Via } from '../message/headers/via.ts';
import { DEFAULT_PORTS } from '../resolver/services.ts';
import type { Incoming, Route } from './types.ts';

/**
 * The way back to whoever sent a request. Streams: the connection it came on, else a new one to its host and the port of the sent-by.
 * WebSockets: only the connection it came on (RFC 7118 §5.4).
 * Datagrams: maddr, else the source when the client asked for it by rport, else the source host and the port of the sent-by.
 * A message without a usable Via is answered where it came from.
 * @rfc 3261 §18.2.2, RFC 3581 §4
 */
export function routeOfResponse(incoming: Incoming): Route {
  const { transport, received } = incoming;
  const via = topVia(incoming.message);
  if (!transport.isReliable) {
    return { transport, target: { address: via ? datagramAddress(via, received.from) : received.from } };
  }
  const { connectionId } = received;
  // A browser listens nowhere, whatever its Via says.
  if (transport.protocol === 'ws' || transport.protocol === 'wss')
    return { transport, target: { address: received.from, connectionId, sharing: 'flow' } };
  const address = via ? portOfSentBy(via, received.from, transport.protocol) : received.from;
  return { transport, target: { address, connectionId } };
}

function datagramAddress(via: Via, from: Address): Address {
  const maddr = via.text.includes('maddr') ? via.params.get('maddr') : undefined;
  if (maddr !== undefined)
    return { host: withoutBrackets(maddr), port: via.sentBy.port ?? DEFAULT_PORTS.udp };
  return via.rport === undefined ? portOfSentBy(via, from, 'udp') : from;
}

function portOfSentBy(via: Via, from: Address, protocol: Protocol): Address {
  const port = via.sentBy.port ?? DEFAULT_PORTS[protocol];
  return port === from.port ? from : { host: from.host, port };
}
