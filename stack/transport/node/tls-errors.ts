import { formatAddress, type Address } from '../../core/address.ts';
import { TransportError } from '../transport.ts';
import { systemCode, toTransportError } from './socket-errors.ts';

const UNTRUSTED = 'its certificate is not signed by an authority that is trusted here';

/** What the codes of OpenSSL and Node mean to people. */
const SENTENCES: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet',
  CERT_REVOKED: 'its certificate is revoked',
  CERT_SIGNATURE_FAILURE: 'the signature of its certificate is wrong',
  INVALID_PURPOSE: 'its certificate is not made for this purpose',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by itself and not trusted here',
  SELF_SIGNED_CERT_IN_CHAIN: 'the authority of its certificate is not trusted here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS on this connection',
  ERR_SSL_HTTP_REQUEST: 'it sends plain HTTP where TLS is expected',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'it offers no TLS version that is allowed here',
  ERR_SSL_NO_SHARED_CIPHER: 'it offers no cipher that is allowed here',
  ERR_SSL_NO_APPLICATION_PROTOCOL: 'it offers no ALPN protocol that is spoken here',
  ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE: 'it shows no certificate',
  ECONNRESET: 'it ended the connection during the handshake',
};

/** Marks the refusal of a certificate that is for somebody else. @rfc 5922 §7 */
export class IdentityError extends Error {
  override readonly name = 'IdentityError' as const;
}

/** Why a peer's certificate is not trusted, from Node's code for it. */
export function whyUntrusted(code: string): string {
  return SENTENCES[code] ?? `its certificate is refused (${code})`;
}

/** An error of a TLS connection: during the handshake mostly 'tls', later as for any socket, but for alerts. */
export function toTlsError(error: unknown, remote: Address, isOpen: boolean): TransportError {
  const sentence = error instanceof IdentityError ? error.message : sentenceFor(error, isOpen);
  return sentence === undefined
    ? toTransportError(error, remote)
    : new TransportError('tls', `TLS with ${formatAddress(remote)} failed: ${sentence}`, { cause: error });
}

function sentenceFor(error: unknown, isOpen: boolean): string | undefined {
  const code = systemCode(error);
  const alert = /_(?:SSLV3|TLSV1|TLSV13)_ALERT_(\w+)$/.exec(code)?.[1];
  if (alert !== undefined)
    return `it ended the connection with the alert ${alert.toLowerCase().replaceAll('_', ' ')}`;
  if (isOpen && code === 'ECONNRESET') return undefined;
  const known = SENTENCES[code];
  if (known !== undefined) return known;
  if (!code.startsWith('ERR_SSL_') && !code.startsWith('ERR_TLS_')) return undefined;
  return `${code.slice(8).toLowerCase().replaceAll('_', ' ')}`;
}
