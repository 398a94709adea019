import { formatAddress } from '../../../stack/core/address.ts';
import type { Clock } from '../../../stack/core/clock.ts';
import type { TlsDetails } from '../../../stack/transport/tls-details.ts';
import type { OpenConnection, Transport } from '../../../stack/transport/transport.ts';
import { ContractError } from '../../contract/errors.ts';
import { MAX_STATE_ROWS, type ConnectionRow, type NodeState } from '../../contract/state.ts';
import { wallOf } from './wall.ts';

/** The connections of all listeners. */
export function connectionsOf(transports: readonly Transport[], clock: Clock): NodeState['connections'] {
  const rows = transports.flatMap((transport) =>
    (transport.connections?.() ?? []).map((connection) => rowOf(transport, connection, clock)),
  );
  return { total: rows.length, rows: rows.slice(0, MAX_STATE_ROWS) };
}

/**
 * Cuts a connection.
 * @throws ContractError 'gone'.
 */
export function dropConnection(transports: readonly Transport[], id: string): void {
  if (!transports.some((transport) => transport.drop?.(id) === true))
    throw new ContractError('gone', 'That connection is closed already.');
}

function rowOf({ protocol }: Transport, connection: OpenConnection, clock: Clock): ConnectionRow {
  const { connectionId, origin, local, remote, startMs, tls } = connection;
  return {
    id: connectionId,
    protocol,
    local: formatAddress(local),
    remote: formatAddress(remote),
    direction: origin === 'accepted' ? 'in' : 'out',
    openedAtMs: wallOf(clock, startMs),
    ...(tls === undefined ? {} : { tls: tlsOf(tls) }),
  };
}

function tlsOf({
  version,
  cipher,
  serverName,
  peer,
  isAuthorized,
  whyNot,
}: TlsDetails): ConnectionRow['tls'] {
  return {
    version,
    cipher,
    ...(serverName === undefined ? {} : { serverName }),
    ...(peer === undefined
      ? {}
      : {
          peer: {
            subject: peer.subject,
            issuer: peer.issuer,
            names: [...peer.names.dns, ...peer.names.uris, ...peer.names.ips],
            isTrusted: isAuthorized,
            ...(peer.validToMs === undefined ? {} : { validToMs: peer.validToMs }),
            ...(whyNot === undefined ? {} : { whyNot }),
          },
        }),
  };
}
