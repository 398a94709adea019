import { isIP } from 'node:net';
import { formatAddress, type Address } from '../../core/address.ts';
import { TransportError, type TransportErrorCode } from '../transport.ts';

/** What the system's error numbers mean to the layers above. */
const CODES: Readonly<Record<string, TransportErrorCode>> = {
  ECONNREFUSED: 'refused',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'unreachable',
  EINVAL: 'unreachable',
  EAFNOSUPPORT: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ENOTFOUND: 'unreachable',
  ETIMEDOUT: 'timed-out',
  ECONNRESET: 'closed',
  ECONNABORTED: 'closed',
  EPIPE: 'closed',
  EBADF: 'closed',
  ECANCELED: 'closed',
  ERR_STREAM_DESTROYED: 'closed',
  ERR_STREAM_WRITE_AFTER_END: 'closed',
  ERR_SOCKET_DGRAM_NOT_RUNNING: 'closed',
  EMSGSIZE: 'too-large',
  EADDRINUSE: 'in-use',
  EACCES: 'denied',
  EPERM: 'denied',
};

/** When a listener is bound, some errors mean something else. */
const BIND_CODES: Readonly<Record<string, TransportErrorCode>> = {
  EADDRNOTAVAIL: 'not-available',
  EINVAL: 'not-available',
  ENOTFOUND: 'not-available',
  EAFNOSUPPORT: 'not-available',
};

/** An error of sending, connecting or of a live connection; an unknown one counts as 'unreachable' and keeps its cause. */
export function toTransportError(error: unknown, remote: Address): TransportError {
  const code = systemCode(error);
  return new TransportError(CODES[code] ?? 'unreachable', `${formatAddress(remote)}: ${messageOf(error)}`, {
    cause: error,
  });
}

/** An error of binding: 'in-use' | 'not-available' | 'denied' as far as the system tells. */
export function toBindError(error: unknown, local: Address): TransportError {
  const code = systemCode(error);
  return new TransportError(
    BIND_CODES[code] ?? CODES[code] ?? 'not-available',
    `${formatAddress(local)}: ${messageOf(error)}`,
    { cause: error },
  );
}

/** @throws TransportError code 'not-available' when the host is no IP literal: names are resolved above the transports. */
export function ipVersionToBind(local: Address): 4 | 6 {
  const version = isIP(local.host);
  if (version === 4 || version === 6) return version;
  throw new TransportError('not-available', `${local.host} is no IP address`);
}

/** The code of a system or library error; empty when it has none. */
export function systemCode(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
