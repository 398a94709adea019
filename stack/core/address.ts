/** An IP address (or host name, before it is resolved) and a port. IPv6 literals carry no brackets. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** The transports of RFC 3261, RFC 7118; the value is the transport parameter of a URI. */
export type Protocol = 'udp' | 'tcp' | 'tls' | 'ws' | 'wss';

/** `host:port`, with brackets around an IPv6 literal. */
export function formatAddress(address: Address): string {
  return `${formatHost(address.host)}:${address.port}`;
}

/** The host as it stands in a URI or Via: an IPv6 literal gets its brackets. @rfc 3261 §25.1 (IPv6reference) */
export function formatHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;
const IPV6 = /^[0-9a-f:.]*:[0-9a-f:.]*(?:%.+)?$/i;

/** 4 or 6 for an IP literal (IPv6 by its characters only, without brackets), undefined for a name. */
export function ipVersion(host: string): 4 | 6 | undefined {
  if (IPV4.test(host)) return 4;
  return IPV6.test(host) ? 6 : undefined;
}

/** Whether the IP literal stands for every address of this machine. */
export function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/** The host without the brackets that an IPv6 literal has in a URI or Via. @rfc 3261 §25.1 (IPv6reference) */
export function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

/** Whether the IP literal is an address of this machine alone. */
export function isLoopback(host: string): boolean {
  return host === '::1' || host.startsWith('127.') || host.startsWith('::ffff:127.');
}
