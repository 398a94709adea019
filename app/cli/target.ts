import { createSocket } from 'node:dgram';
import type { Address, Protocol } from '../../stack/core/address.ts';
import type { Clock } from '../../stack/core/clock.ts';
import type { Ids } from '../../stack/core/ids.ts';
import { encodeText } from '../../stack/message/octets.ts';
import { parseUri, type Uri } from '../../stack/message/uri.ts';
import { createSystemDns } from '../../stack/resolver/node/system-dns.ts';
import type { Hop, Resolver } from '../../stack/resolver/resolver.ts';
import { createResolver } from '../../stack/resolver/rfc3263.ts';
import { bindTcp } from '../../stack/transport/node/tcp.ts';
import { bindTls } from '../../stack/transport/node/tls.ts';
import { bindUdp } from '../../stack/transport/node/udp.ts';
import { bindWs, bindWss } from '../../stack/transport/node/web-socket.ts';
import { type Transport, TransportError } from '../../stack/transport/transport.ts';
import { environmentError, usageError } from './io.ts';
import { clientTls } from './client-tls.ts';
import type { CliIo } from './io.ts';

/** Transports sipctl speaks, most wanted first. */
export const CLI_PROTOCOLS: readonly Protocol[] = ['udp', 'tcp', 'tls', 'ws', 'wss'];

/** Whom to talk to and how. */
export interface CliTarget {
  /** Request-URI, in octet text. */
  readonly uri: string;
  readonly hop: Hop;
  /** Leads to the hop for the host of the target, and everywhere else for other names. */
  readonly resolver: Resolver;
}

const toUriText = (text: string): string =>
  /^[a-z][\w+.-]*:/i.test(text) && !/^[^:]+:\d+$/.test(text) ? text : `sip:${text}`;

/** The same URI over the transport that a flag asks for. */
function overTransport(uri: Uri, asked: string | undefined): Uri {
  if (asked === undefined) return uri;
  const params = new Map(uri.params).set('transport', asked);
  return { ...uri, params };
}

/**
 * Reads `sip:bob@host:port;transport=tcp`, or the same without `sip:`, and finds the first place to try. @rfc 3263 §4
 * @throws CliError 2 for what is no SIP URI, 3 for a name without address.
 */
export async function resolveTarget(
  text: string,
  asked: string | undefined,
  { clock, ids }: { readonly clock: Clock; readonly ids: Ids },
): Promise<CliTarget> {
  const uri = parseUri(encodeText(toUriText(text)));
  if (!uri.isValid || (uri.scheme !== 'sip' && uri.scheme !== 'sips'))
    throw usageError(`${text} is no SIP URI, such as sip:bob@127.0.0.1:5060`);
  const resolver = createResolver({ dns: createSystemDns(), clock, ids });
  const { hops, failure, steps } = await resolver.resolve(overTransport(uri, asked), CLI_PROTOCOLS);
  const [hop] = hops;
  if (hop === undefined) {
    const problem = failure ?? `${uri.host} has no address`;
    throw steps.length === 0 ? usageError(problem) : environmentError(problem);
  }
  const pinned = { hops: [hop], steps, failure: undefined };
  return {
    uri: uri.text,
    hop,
    resolver: {
      resolve: (other, protocols) =>
        other.host === uri.host ? Promise.resolve(pinned) : resolver.resolve(other, protocols),
    },
  };
}

/** The local address the system would use towards a host: connecting a datagram socket sends nothing, but picks the route. */
async function localHostTowards({ host, port }: Address): Promise<string> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.connect(port, host, resolve);
    });
    return socket.address().address;
  } catch (error) {
    throw environmentError(`there is no route to ${host}`, error);
  } finally {
    socket.close();
  }
}

/** Opens a socket on the address that reaches the target. @throws CliError 3 */
export async function bindTowards({ hop }: CliTarget, clock: Clock, io: CliIo): Promise<Transport> {
  const host = await localHostTowards(hop.address);
  const local = { host, port: 0 };
  const binders = {
    udp: () => bindUdp(local, { clock }),
    tcp: () => bindTcp(local, { clock }),
    tls: async () => bindTls(local, { clock, tls: await clientTls(host, io) }),
    ws: () => bindWs(local, { clock }),
    wss: async () => bindWss(local, { clock, tls: await clientTls(host, io) }),
  };
  try {
    return await binders[hop.protocol]();
  } catch (error) {
    if (error instanceof TransportError) throw environmentError(error.message, error);
    throw error;
  }
}
