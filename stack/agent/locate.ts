import { formatHost, ipVersion, withoutBrackets, type Protocol } from '../core/address.ts';
import { parseUri, type Uri } from '../message/uri.ts';
import type { Hop, Resolver } from '../resolver/resolver.ts';
import { DEFAULT_PORTS } from '../resolver/services.ts';
import { protocolOfUri } from '../resolver/uri-protocol.ts';
import type { Route } from '../transaction/types.ts';
import type { Listeners } from './listeners.ts';
import type { NotSent } from './result.ts';

/** What {@link locate} works with. */
export interface LocateOptions {
  readonly listeners: Listeners;
  /** Without it targets are IP literals. */
  readonly resolver: Resolver | undefined;
  /** Overrules the transport parameter of the URI. */
  readonly protocol?: Protocol | undefined;
  /**
   * The way the dialog was set up. Its connection is used again when the next hop is the host at its other end, because behind a stream
   * the port of Contact often does not listen (RFC 5923); it also stands in for a name that cannot be resolved.
   */
  readonly flow?: Route | undefined;
  /** Whose connections are to be used, if not those of everybody; a flow that has an owner goes before it. */
  readonly owner?: string | undefined;
}

/** Ways to one URI, to be tried in this order. */
export type Ways = readonly [Route, ...Route[]];

/**
 * Finds the ways to a SIP URI: at once for IP literals, later for names.
 * @param done - called exactly once, before the return when nothing has to be looked up.
 * @rfc 3261 §8.1.2, RFC 3263 §4
 */
export function locate(uri: string, options: LocateOptions, done: (ways: Ways | NotSent) => void): void {
  const target = parseUri(uri);
  const { flow, resolver } = options;
  if (!target.isValid || (target.scheme !== 'sip' && target.scheme !== 'sips')) {
    done(notSent('bad-target', `${uri} is not a SIP URI`));
    return;
  }
  const asked = askedProtocol(target, options);
  if (typeof asked === 'object') {
    done(notSent('no-listener', asked.problem));
    return;
  }
  const host = withoutBrackets(target.params.get('maddr') ?? target.host);
  if (ipVersion(host) !== undefined) {
    const protocol = asked ?? (target.scheme === 'sips' ? 'tls' : 'udp');
    const port = target.port ?? DEFAULT_PORTS[protocol];
    const way = wayTo({ protocol, address: { host, port }, serverName: undefined }, options);
    done('transport' in way ? [way] : way);
    return;
  }
  if (flow !== undefined && /(?:^|\.)invalid\.?$/i.test(host)) {
    // Names of browsers are nowhere but at the other end of the flow (RFC 7118 §5, RFC 2606 §2).
    done([flow]);
    return;
  }
  if (resolver === undefined) {
    const none = notSent('not-found', `${host} is not an IP address, and names are not resolved here`);
    done(flow === undefined ? none : [flow]);
    return;
  }
  const protocols = asked === undefined ? spoken(options.listeners) : [asked];
  void resolver.resolve(asked === undefined ? target : overBy(target, asked), protocols).then((found) => {
    const ways = found.hops.map((hop) => wayTo(hop, options));
    const [first, ...others] = ways.filter((way) => 'transport' in way);
    if (first !== undefined) done([first, ...others]);
    else if (flow !== undefined) done([flow]);
    else done(ways.find(isNotSent) ?? notSent('not-found', found.failure ?? `${host} has no address`));
  });
}

/** Whether {@link locate} found nothing. */
export function isNotSent(found: Ways | Route | NotSent): found is NotSent {
  return 'kind' in found;
}

/** What the caller or the URI asks for. Over a stream-only agent the stream a dialog came over is a better guess than UDP. */
function askedProtocol(
  target: Uri,
  { protocol, flow }: LocateOptions,
): Protocol | undefined | { readonly problem: string } {
  const asked = protocol ?? protocolOfUri(target);
  // The URI of a WebSocket peer does not tell whether there is TLS below it (RFC 7118 §5.2); the flow does.
  if (asked === 'ws' && flow?.transport.protocol === 'wss') return 'wss';
  if (asked !== undefined || target.scheme === 'sips') return asked;
  return flow?.transport.isReliable === true ? flow.transport.protocol : undefined;
}

/** The transports we can send over, in the order of our listeners. */
function spoken({ transports }: Listeners): readonly Protocol[] {
  return [...new Set(transports.map(({ protocol }) => protocol))];
}

/** The same place with another transport parameter. */
function overBy(target: Uri, protocol: Protocol): Uri {
  const port = target.port === undefined ? '' : `:${target.port}`;
  const maddr = target.params.get('maddr');
  const place = `${formatHost(target.host)}${port}${maddr === undefined ? '' : `;maddr=${maddr}`}`;
  return parseUri(`sip:${place};transport=${protocol}`);
}

function wayTo({ protocol, address, serverName }: Hop, options: LocateOptions): Route | NotSent {
  const { flow, listeners } = options;
  const owner = flow?.target.owner ?? options.owner;
  const plain = serverName === undefined ? { address } : { address, serverName };
  const place = owner === undefined ? plain : { ...plain, owner };
  if (flow !== undefined && flow.transport.protocol === protocol) {
    const isSameHost = flow.target.address.host === address.host;
    const { connectionId } = flow.target;
    const target = isSameHost && connectionId !== undefined ? { ...place, connectionId } : place;
    return { transport: flow.transport, target };
  }
  const transport = listeners.select(protocol, address.host);
  if (transport !== undefined) return { transport, target: place };
  return notSent('no-listener', `no ${protocol.toUpperCase()} listener of ours reaches ${address.host}`);
}

function notSent(code: NotSent['code'], message: string): NotSent {
  return { kind: 'not-sent', code, message };
}
