import type { Protocol } from '../core/address.ts';

/** What NAPTR calls a transport, and where its SRV records are; WebSocket has NAPTR services but no SRV prefix of its own. */
interface Service {
  readonly protocol: Protocol;
  readonly naptr: string;
  readonly srvPrefix: string | undefined;
}

/** @rfc 3263 §4.1, RFC 7118 §10.2 */
const SERVICES: readonly Service[] = [
  { protocol: 'udp', naptr: 'SIP+D2U', srvPrefix: '_sip._udp.' },
  { protocol: 'tcp', naptr: 'SIP+D2T', srvPrefix: '_sip._tcp.' },
  { protocol: 'tls', naptr: 'SIPS+D2T', srvPrefix: '_sips._tcp.' },
  { protocol: 'ws', naptr: 'SIP+D2W', srvPrefix: undefined },
  { protocol: 'wss', naptr: 'SIPS+D2W', srvPrefix: undefined },
];

/** Protocol of a NAPTR service field, compared without regard to case. */
export function protocolOfService(service: string): Protocol | undefined {
  const wanted = service.toUpperCase();
  return SERVICES.find(({ naptr }) => naptr === wanted)?.protocol;
}

/** `_sip._udp.` */
export function srvPrefix(protocol: Protocol): string | undefined {
  return SERVICES.find((service) => service.protocol === protocol)?.srvPrefix;
}

/** Ports of a transport when neither the URI nor SRV names one. @rfc 3261 §19.1.2, RFC 7118 §9 */
export const DEFAULT_PORTS: Readonly<Record<Protocol, number>> = {
  udp: 5060,
  tcp: 5060,
  tls: 5061,
  ws: 80,
  wss: 443,
};

/** Whether the transport keeps what a sips URI promises. @rfc 5630 §3.1 */
export function isSecure(protocol: Protocol): boolean {
  return protocol === 'tls' || protocol === 'wss';
}
