import type { Protocol } from '../core/address.ts';
import { parseUri } from '../message/uri.ts';
import type { Route } from '../transaction/types.ts';
import type { Listeners } from './listeners.ts';
import type { NotSent } from './result.ts';

/** Resolves a host name to IP literals, best first; an empty list when there are none. */
export type Lookup = (host: string) => Promise<readonly string[]>;

/** What {@link locate} works with. */
export interface LocateOptions {
  readonly listeners: Listeners;
  readonly lookup: Lookup | undefined;
  /** Overrules the transport parameter of the URI. */
  readonly protocol?: Protocol | undefined;
  /**
   * The way the dialog was set up. Its connection is used again when the next hop is the host at its other end, because behind a stream
   * the port of Contact often does not listen (RFC 5923); it also stands in for a name that cannot be resolved.
   */
  readonly flow?: Route | undefined;
}

const DEFAULT_PORT: Readonly<Record<Protocol, number>> = {
  udp: 5060,
  tcp: 5060,
  tls: 5061,
  ws: 80,
  wss: 443,
};

/**
 * Finds the way to a SIP URI: at once for IP literals, later for names.
 * @param done - called exactly once, before the return when nothing has to be looked up.
 * @rfc 3261 §8.1.2, RFC 3263 §4 (without NAPTR and SRV)
 */
export function locate(uri: string, options: LocateOptions, done: (route: Route | NotSent) => void): void {
  const target = parseUri(uri);
  const { flow, lookup } = options;
  if (!target.isValid || (target.scheme !== 'sip' && target.scheme !== 'sips')) {
    done(notSent('bad-target', `${uri} is not a SIP URI`));
    return;
  }
  const protocol = options.protocol ?? protocolOf(target.scheme, target.params.get('transport'), flow);
  if (protocol === undefined) {
    done(notSent('no-listener', `transport ${target.params.get('transport') ?? 'tls'} is not served`));
    return;
  }
  const { host } = target;
  const port = target.port ?? DEFAULT_PORT[protocol];
  const found = (address: string): void => {
    done(routeTo(address, port, protocol, options));
  };
  if (isIpLiteral(host)) {
    found(host);
    return;
  }
  if (lookup === undefined) {
    done(flow ?? notSent('not-found', `${host} is not an IP address, and names are not resolved here`));
    return;
  }
  lookup(host).then(
    (addresses) => {
      const usable = addresses.find((a) => options.listeners.select(protocol, a) !== undefined);
      const best = usable ?? addresses[0];
      if (best === undefined) done(flow ?? notSent('not-found', `${host} has no address`));
      else found(best);
    },
    () => {
      done(flow ?? notSent('not-found', `${host} cannot be resolved`));
    },
  );
}

/** Whether {@link locate} found a way. */
export function isRoute(found: Route | NotSent): found is Route {
  return 'transport' in found;
}

function routeTo(host: string, port: number, protocol: Protocol, options: LocateOptions): Route | NotSent {
  const { flow, listeners } = options;
  if (flow !== undefined && flow.transport.protocol === protocol) {
    const isSameHost = flow.target.address.host === host;
    const { connectionId } = flow.target;
    return {
      transport: flow.transport,
      target:
        isSameHost && connectionId !== undefined
          ? { address: { host, port }, connectionId }
          : { address: { host, port } },
    };
  }
  const transport = listeners.select(protocol, host);
  if (transport === undefined) {
    return notSent('no-listener', `no ${protocol.toUpperCase()} listener of ours reaches ${host}`);
  }
  return { transport, target: { address: { host, port } } };
}

function protocolOf(
  scheme: string,
  transport: string | undefined,
  flow: Route | undefined,
): Protocol | undefined {
  const named = transport?.toLowerCase();
  if (named === undefined) {
    if (scheme === 'sips') return 'tls';
    // A Contact without transport parameter means UDP; over a stream-only agent the stream it came over is the better guess.
    return flow !== undefined && flow.transport.isReliable ? flow.transport.protocol : 'udp';
  }
  return named in DEFAULT_PORT ? (named as Protocol) : undefined;
}

function isIpLiteral(host: string): boolean {
  return host.includes(':') || /^\d{1,3}(\.\d{1,3}){3}$/.test(host);
}

function notSent(code: NotSent['code'], message: string): NotSent {
  return { kind: 'not-sent', code, message };
}
