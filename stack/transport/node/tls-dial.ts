import { X509Certificate } from 'node:crypto';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { ipVersion, type Address } from '../../core/address.ts';
import { identityDefect } from '../peer-identity.ts';
import { localAddress, refuseNames } from './socket-stream.ts';
import type { TlsContext } from './tls-context.ts';
import { IdentityError } from './tls-errors.ts';
import { readCertificate } from './tls-peer.ts';

/**
 * Begins to open a TLS connection. The peer must prove the name, or without one the address; SNI is sent for names only.
 * @rfc 5922 §4, RFC 6066 §3 (no IP literal in SNI)
 */
export function dialTls(
  local: Address,
  remote: Address,
  serverName: string | undefined,
  context: TlsContext,
): TLSSocket {
  const wanted = serverName ?? remote.host;
  // Documented for `connect`, and missing in its types.
  const options: ConnectionOptions & { readonly allowHalfOpen: boolean } = {
    ...context.clientOptions(),
    host: remote.host,
    port: remote.port,
    allowHalfOpen: true,
    servername: ipVersion(wanted) === undefined ? wanted : '',
    lookup: refuseNames,
    checkServerIdentity: (_host, certificate) => {
      const defect = identityDefect(readCertificate(new X509Certificate(certificate.raw)), wanted);
      return defect === undefined ? undefined : new IdentityError(defect);
    },
    ...localAddress(local),
  };
  const socket = connect(options);
  socket.setNoDelay(true);
  const { onKeyLog } = context.options;
  if (onKeyLog !== undefined)
    socket.on('keylog', (line) => {
      onKeyLog(line.toString('latin1').trimEnd());
    });
  return socket;
}
