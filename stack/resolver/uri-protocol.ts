import type { Protocol } from '../core/address.ts';
import type { Uri } from '../message/uri.ts';

/** What the transport parameter means below sip and below sips. @rfc 3261 §19.1.1, §26.2.2, RFC 7118 §5.2.1, RFC 5630 §3.1.4 */
const PROTOCOLS: Readonly<Record<'sip' | 'sips', ReadonlyMap<string, Protocol>>> = {
  sip: new Map([
    ['udp', 'udp'],
    ['tcp', 'tcp'],
    ['tls', 'tls'],
    ['ws', 'ws'],
    ['wss', 'wss'],
  ]),
  sips: new Map([
    ['tcp', 'tls'],
    ['tls', 'tls'],
    ['ws', 'wss'],
    ['wss', 'wss'],
  ]),
};

/**
 * The transport that a URI asks for by its parameter.
 * @returns undefined when it asks for none; a problem, one sentence, when it asks for what cannot be.
 */
export function protocolOfUri(uri: Uri): Protocol | undefined | { readonly problem: string } {
  const named = uri.params.get('transport')?.toLowerCase();
  if (named === undefined) return undefined;
  const protocol = PROTOCOLS[uri.scheme === 'sips' ? 'sips' : 'sip'].get(named);
  if (protocol !== undefined) return protocol;
  if (named === 'sctp' || named === 'tls-sctp')
    return { problem: 'SCTP is not served: Node has no SCTP sockets' };
  if (named === 'udp') return { problem: 'a sips URI cannot go over UDP' };
  return { problem: `${named} is no transport known here` };
}
