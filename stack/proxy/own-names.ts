import type { Listeners } from '../agent/listeners.ts';
import { isWildcard, type Protocol } from '../core/address.ts';
import type { Uri } from '../message/uri.ts';
import { DEFAULT_PORTS } from '../resolver/services.ts';
import { protocolOfUri } from '../resolver/uri-protocol.ts';
import type { Incoming } from '../transaction/types.ts';
import type { Transport } from '../transport/transport.ts';

const LOOPBACK = ['127.0.0.1', '::1'];

/** Tells whether a URI means this proxy: by a domain it is responsible for, or by the address of a listener. @rfc 3261 §16.4, §16.5 */
export class OwnNames {
  readonly #listeners: Listeners;
  readonly #domains: ReadonlySet<string>;
  /** Addresses under which a listener bound to a wildcard was met or has shown itself. */
  readonly #met: Set<string>;

  /** @param addresses - of this machine. */
  constructor(listeners: Listeners, domains: readonly string[], addresses: readonly string[]) {
    this.#listeners = listeners;
    this.#met = new Set([...LOOPBACK, ...addresses.map((address) => address.toLowerCase())]);
    this.#domains = new Set(domains.map((domain) => domain.toLowerCase()));
  }

  /** Whether it names one of the domains or listeners. */
  isOwn(uri: Uri): boolean {
    if (this.isListener(uri)) return true;
    if (!this.#domains.has(uri.host.toLowerCase())) return false;
    return uri.port === undefined || this.#listeners.transports.some(({ local }) => local.port === uri.port);
  }

  /** Whether it names the address of a listener. */
  isListener(uri: Uri): boolean {
    if (uri.scheme !== 'sip' && uri.scheme !== 'sips') return false;
    const host = uri.host.toLowerCase();
    const port = uri.port ?? DEFAULT_PORTS[protocolOf(uri)];
    return this.#listeners.transports.some((transport) => {
      const { local } = transport;
      const shown = this.#listeners.publicAddress(transport);
      if (shown !== undefined && shown.port === port && shown.host.toLowerCase() === host) return true;
      return local.port === port && (local.host === host || (isWildcard(local.host) && this.#met.has(host)));
    });
  }

  /** Whether a URI of ours names a listener for WebSockets over TLS; it says `ws` as for those without. @rfc 7118 §5.2 */
  isOverWss(uri: Uri): boolean {
    if (uri.params.get('transport')?.toLowerCase() !== 'ws') return false;
    return this.#listeners.transports.some(
      ({ protocol, local }) => protocol === 'wss' && local.port === (uri.port ?? DEFAULT_PORTS.wss),
    );
  }

  /** Learns under which address a peer sees us. */
  meet({ transport, received }: Incoming): void {
    if (isWildcard(transport.local.host)) this.#met.add(received.to.host);
  }

  /** Learns under which address we show ourselves. */
  show(transport: Transport, host: string): void {
    if (isWildcard(transport.local.host)) this.#met.add(host);
  }
}

function protocolOf(uri: Uri): Protocol {
  const named = protocolOfUri(uri);
  if (typeof named === 'string') return named;
  return uri.scheme === 'sips' ? 'tls' : 'udp';
}
