import type { Listeners } from '../agent/listeners.ts';
import { ipVersion, type Protocol } from '../core/address.ts';
import type { Uri } from '../message/uri.ts';
import type { BindingFlow } from '../registrar/location.ts';
import type { Hop, Resolver } from '../resolver/resolver.ts';
import { DEFAULT_PORTS } from '../resolver/services.ts';
import { protocolOfUri } from '../resolver/uri-protocol.ts';
import type { Route } from '../transaction/types.ts';

/** The ways to a URI, to be tried in this order; without one, why. */
export interface Ways {
  readonly ways: readonly Route[];
  readonly failure?: string;
}

export interface WaysOptions {
  readonly listeners: Listeners;
  /** Names are unreachable without it. */
  readonly resolver: Resolver | undefined;
}

/**
 * Finds the ways to a SIP URI: at once for IP literals, later for names.
 * @param done - called once, before the return when nothing has to be looked up.
 * @rfc 3261 §16.6 step 7, RFC 3263 §4
 */
export function waysTo(uri: Uri, { listeners, resolver }: WaysOptions, done: (ways: Ways) => void): void {
  if (uri.scheme !== 'sip' && uri.scheme !== 'sips') {
    done(none(`${uri.text} is no SIP URI`));
    return;
  }
  const host = bare(uri.params.get('maddr') ?? uri.host);
  if (ipVersion(host) !== undefined) {
    done(waysToAddress(uri, host, listeners));
    return;
  }
  if (resolver === undefined) {
    done(none(`${uri.host} is not an IP address, and names are not resolved here`));
    return;
  }
  const protocols = [...new Set(listeners.transports.map(({ protocol }) => protocol))];
  void resolver.resolve(uri, protocols).then(({ hops, failure }) => {
    const ways = hops.flatMap((hop) => routeTo(hop, listeners) ?? []);
    done(ways.length > 0 ? { ways } : none(failure ?? `no listener of ours reaches ${uri.host}`));
  });
}

/** The way over a flow that a client opened, and over no other connection; undefined when its listener is gone. @rfc 5626 §5.3 */
export function wayOver(flow: BindingFlow, { transports }: Listeners): Route | undefined {
  const transport = transports.find(
    ({ protocol, local }) => protocol === flow.protocol && local.port === flow.local.port,
  );
  if (transport === undefined) return undefined;
  return {
    transport,
    target: { address: flow.remote, connectionId: flow.connectionId, sharing: 'flow' },
  };
}

function waysToAddress(uri: Uri, host: string, listeners: Listeners): Ways {
  const named = protocolOfUri(uri);
  if (typeof named === 'object') return none(named.problem);
  const protocol = named ?? usualProtocol(uri.scheme, host, listeners);
  const port = uri.port ?? DEFAULT_PORTS[protocol];
  const way = routeTo({ protocol, address: { host, port }, serverName: undefined }, listeners);
  return way === undefined
    ? none(`no ${protocol.toUpperCase()} listener of ours reaches ${host}`)
    : { ways: [way] };
}

/** @rfc 3263 §4.1 */
function usualProtocol(scheme: string, host: string, listeners: Listeners): Protocol {
  if (scheme === 'sips') return 'tls';
  return listeners.select('udp', host) === undefined && listeners.select('tcp', host) !== undefined
    ? 'tcp'
    : 'udp';
}

function routeTo({ protocol, address, serverName }: Hop, listeners: Listeners): Route | undefined {
  const transport = listeners.select(protocol, address.host);
  return transport && { transport, target: { address, serverName } };
}

function bare(host: string): string {
  return host.startsWith('[') ? host.slice(1, -1) : host;
}

function none(failure: string): Ways {
  return { ways: [], failure };
}
