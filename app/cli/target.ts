import { formatHost, type Protocol } from '../../stack/core/address.ts';
import type { Clock } from '../../stack/core/clock.ts';
import type { Ids } from '../../stack/core/ids.ts';
import { encodeText } from '../../stack/message/octets.ts';
import { parseUri, type Uri } from '../../stack/message/uri.ts';
import type { Dns } from '../../stack/resolver/dns.ts';
import { createSystemDns } from '../../stack/resolver/node/system-dns.ts';
import type { Hop, Resolver } from '../../stack/resolver/resolver.ts';
import { createResolver } from '../../stack/resolver/rfc3263.ts';
import { type Transport, TransportError } from '../../stack/transport/transport.ts';
import { bindLocal } from '../servers/bind-local.ts';
import { clientTls } from '../servers/client-tls.ts';
import { localHostTowards } from '../servers/local-host.ts';
import { type CliIo, environmentError, usageError } from './io.ts';

/** Transports sipctl speaks, most wanted first. */
export const CLI_PROTOCOLS: readonly Protocol[] = ['udp', 'tcp', 'tls', 'ws', 'wss'];

/** Whom to talk to and how. */
export interface CliTarget {
  /** In octet text. */
  readonly uri: string;
  /** The first place to try. */
  readonly hop: Hop;
  /** All of them, in order. */
  readonly hops: readonly [Hop, ...Hop[]];
  /** Leads to the hops for the host of the target, and looks other names up. */
  readonly resolver: Resolver;
}

/** Where names are looked up, and over what. */
export interface TargetFlags {
  readonly transport?: string | undefined;
  readonly dnsServer?: readonly string[] | undefined;
}

/** `localhost:5060` is no URI with a scheme, whatever its form. */
const toUriText = (text: string): string =>
  /^[a-z][\w+.-]*:/i.test(text) && (/^tel:/i.test(text) || !/^[^:]+:\d+(?:[;?].*)?$/.test(text))
    ? text
    : `sip:${text}`;

/** The same URI over the transport that a flag asks for. */
function overTransport(uri: Uri, asked: string | undefined): Uri {
  if (asked === undefined) return uri;
  const params = new Map(uri.params).set('transport', asked);
  return { ...uri, params };
}

/** Reads `sip:bob@host:port;transport=tcp`, or the same without `sip:`. @throws CliError 2 for what is no SIP URI. */
export function sipUri(text: string): Uri {
  const uri = parseUri(encodeText(toUriText(text)));
  if (!uri.isValid || (uri.scheme !== 'sip' && uri.scheme !== 'sips'))
    throw usageError(`${text} is no SIP URI, such as sip:bob@127.0.0.1:5060`);
  return uri;
}

/** Where the domain of a user is served: the URI without the user, with what leads there. @rfc 3261 §10.2 */
export function domainOf(uri: Uri): string {
  const port = uri.port === undefined ? '' : `:${uri.port}`;
  const kept = ['transport', 'maddr'].flatMap((name) => {
    const value = uri.params.get(name);
    return value === undefined ? [] : [`;${name}=${value}`];
  });
  return `${uri.scheme}:${formatHost(uri.host.replace(/^\[|\]$/g, ''))}${port}${kept.join('')}`;
}

/** The URI of a user, without what leads there. @rfc 3261 §10.3 step 5 */
export const addressOfRecord = (uri: Uri): string => uri.text.replace(/[;?][^@]*$/, '');

/** The name system to ask. @throws CliError 2 when a server is no address. */
export function dnsOf(servers: readonly string[] | undefined): Dns {
  if (servers === undefined) return createSystemDns();
  try {
    return createSystemDns({ servers });
  } catch {
    throw usageError(`--dns-server: expected an IP address with a port, such as 127.0.0.1:5353`);
  }
}

/**
 * Finds the places to try for a URI. @rfc 3263 §4
 * @throws CliError 2 for what is no SIP URI, 3 for a name without address.
 */
export async function resolveTarget(
  text: string,
  { transport, dnsServer }: TargetFlags,
  { clock, ids }: { readonly clock: Clock; readonly ids: Ids },
): Promise<CliTarget> {
  const uri = sipUri(text);
  const resolver = createResolver({ dns: dnsOf(dnsServer), clock, ids });
  const found = await resolver.resolve(overTransport(uri, transport), CLI_PROTOCOLS);
  const [hop, ...others] = found.hops;
  if (hop === undefined) {
    const problem = found.failure ?? `${uri.host} has no address`;
    throw found.steps.length === 0 ? usageError(problem) : environmentError(problem);
  }
  return {
    uri: uri.text,
    hop,
    hops: [hop, ...others],
    resolver: {
      resolve: (other, protocols) =>
        other.host === uri.host ? Promise.resolve(found) : resolver.resolve(other, protocols),
    },
  };
}

/** A socket that cannot be had is a fault of the environment. @throws CliError 3 */
export async function orEnvironmentError<T>(transport: Promise<T>): Promise<T> {
  try {
    return await transport;
  } catch (error) {
    if (error instanceof TransportError) throw environmentError(error.message, error);
    throw error;
  }
}

/** Opens a socket on the address that reaches the hop. @throws CliError 3 */
export async function bindTowards(
  { protocol, address }: Hop,
  clock: Clock,
  { env }: Pick<CliIo, 'env'>,
): Promise<Transport> {
  const host = await orEnvironmentError(localHostTowards(address));
  return orEnvironmentError(bindLocal(protocol, { host, port: 0 }, clock, () => clientTls(host, { env })));
}

/** A socket for each transport and address family that the hops need; those that cannot be had do without. @throws CliError 3 when none can be had */
export async function bindAll({ hops }: CliTarget, clock: Clock, io: CliIo): Promise<readonly Transport[]> {
  const kindOf = ({ protocol, address }: Hop): string => `${protocol} ${address.host.includes(':')}`;
  const kinds = new Map([...hops].reverse().map((hop) => [kindOf(hop), hop]));
  const [first, ...others] = [...kinds.values()].reverse();
  const bound = await Promise.allSettled(
    [first ?? hops[0], ...others].map((hop) => bindTowards(hop, clock, io)),
  );
  const transports = bound.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const [failed] = bound;
  if (transports.length === 0 && failed?.status === 'rejected') throw failed.reason;
  return transports;
}
