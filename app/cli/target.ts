import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { type Address, formatAddress } from '../../stack/core/address.ts';
import type { Clock } from '../../stack/core/clock.ts';
import { encodeText } from '../../stack/message/octets.ts';
import { parseUri } from '../../stack/message/uri.ts';
import { bindTcp } from '../../stack/transport/node/tcp.ts';
import { bindUdp } from '../../stack/transport/node/udp.ts';
import { type Transport, TransportError } from '../../stack/transport/transport.ts';
import { environmentError, usageError } from './io.ts';

/** Transports sipctl speaks. */
export const CLI_PROTOCOLS = ['udp', 'tcp'] as const;
type CliProtocol = (typeof CLI_PROTOCOLS)[number];

const isSpoken = (protocol: string): protocol is CliProtocol =>
  (CLI_PROTOCOLS as readonly string[]).includes(protocol);

/** Whom to talk to and how. */
export interface CliTarget {
  /** Request-URI, in octet text. */
  readonly uri: string;
  readonly protocol: CliProtocol;
  readonly address: Address;
  /** URI of the address: where a request goes when the target's host is a name. */
  readonly nextHop: string;
}

const toUriText = (text: string): string =>
  /^[a-z][\w+.-]*:/i.test(text) && !/^[^:]+:\d+$/.test(text) ? text : `sip:${text}`;

/**
 * Reads `sip:bob@host:port;transport=tcp`, or the same without `sip:`, and finds the address.
 * @throws CliError 2 for what is no SIP URI, 3 for a name without address.
 */
export async function resolveTarget(text: string, asked: string | undefined): Promise<CliTarget> {
  const uri = parseUri(encodeText(toUriText(text)));
  if (!uri.isValid || uri.scheme !== 'sip')
    throw usageError(`${text} is no SIP URI, such as sip:bob@127.0.0.1:5060`);
  const protocol = asked ?? uri.params.get('transport')?.toLowerCase() ?? 'udp';
  if (!isSpoken(protocol)) throw usageError(`transport ${protocol} is not spoken here: udp or tcp`);
  const host = uri.host.replace(/^\[|\]$/g, '');
  const found =
    isIP(host) !== 0
      ? host
      : await lookup(host).then(
          (r) => r.address,
          () => {
            throw environmentError(`${host} has no address`);
          },
        );
  const address = { host: found, port: uri.port ?? 5060 };
  return { uri: uri.text, protocol, address, nextHop: `sip:${formatAddress(address)}` };
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
export async function bindTowards(target: CliTarget, clock: Clock): Promise<Transport> {
  const host = await localHostTowards(target.address);
  const bind = { udp: bindUdp, tcp: bindTcp }[target.protocol];
  try {
    return await bind({ host, port: 0 }, { clock });
  } catch (error) {
    if (error instanceof TransportError) throw environmentError(error.message, error);
    throw error;
  }
}
