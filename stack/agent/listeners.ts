import { type Address, formatAddress, isLoopback, isWildcard, type Protocol } from '../core/address.ts';
import { prepared } from '../message/response.ts';
import type { Incoming } from '../transaction/types.ts';
import type { Transport } from '../transport/transport.ts';
import type { Capabilities } from './capabilities.ts';
import type { HeaderLine } from './header-line.ts';

/** Who the agent is. */
export interface Identity {
  /** Text of Server and User-Agent; empty leaves both out. @rfc 3261 §20.35, §20.41 */
  readonly product: string;
  /** User part of Contact and From. */
  readonly contactUser: string;
}

/**
 * The address to show a peer for a listener bound to a wildcard address.
 * @returns an IP literal without brackets.
 */
export type Advertise = (transport: Transport, remoteHost: string) => string;

/** The address that everybody is shown in place of a listener's own: that of a NAT before it. Undefined: its own. */
export type PublicAddress = (transport: Transport) => Address | undefined;

/** How we look over one listener: the header lines that do not change from message to message, made once. */
export interface Face {
  readonly transport: Transport;
  readonly host: string;
  /** The URI of Contact. */
  readonly contactUri: string;
  readonly contact: HeaderLine;
  /** Contact in a dialog begun by a sips URI. @rfc 3261 §8.1.1.8, §12.1.1 */
  readonly secureContact: HeaderLine;
  /** Via up to the value of its branch; over TLS it lets requests to us come back over the same connection. @rfc 3581 §3, RFC 5923 §5 */
  readonly viaPrefix: string;
  /** Lines of responses that need nothing else. */
  readonly plain: readonly HeaderLine[];
  /** Lines of responses with Contact. @rfc 3261 §12.1.1 */
  readonly reachable: readonly HeaderLine[];
  /** Lines of a 2xx to INVITE. @rfc 3261 §13.3.1.4 */
  readonly session: readonly HeaderLine[];
  /** Lines that tell everything we can do. @rfc 3261 §11.2 */
  readonly capable: readonly HeaderLine[];
}

/** The listeners of an agent, and its face over each of them. */
export class Listeners {
  readonly #identity: Identity;
  readonly #advertise: Advertise | undefined;
  readonly #publicAddress: PublicAddress | undefined;
  readonly #transports: Transport[] = [];
  readonly #faces = new Map<Transport, Map<string, Face>>();
  #capabilities: Capabilities;

  constructor(
    identity: Identity,
    capabilities: Capabilities,
    advertise?: Advertise,
    publicAddress?: PublicAddress,
  ) {
    this.#identity = identity;
    this.#capabilities = capabilities;
    this.#advertise = advertise;
    this.#publicAddress = publicAddress;
  }

  get transports(): readonly Transport[] {
    return this.#transports;
  }

  get capabilities(): Capabilities {
    return this.#capabilities;
  }

  set capabilities(capabilities: Capabilities) {
    this.#capabilities = capabilities;
    for (const faces of this.#faces.values()) faces.clear();
  }

  add(transport: Transport): void {
    this.#transports.push(transport);
    this.#faces.set(transport, new Map());
  }

  /** The face for the peer a message came from: always the listener it came over. @rfc 3261 §8.1.1.8 */
  faceTo(incoming: Incoming): Face {
    const { received, transport } = incoming;
    const shown = this.publicAddress(transport);
    if (shown !== undefined) return this.#face(transport, shown);
    const { host, port } = transport.local;
    if (!isWildcard(host)) return this.#face(transport, transport.local);
    const to = received.to.host;
    const seen = isWildcard(to) ? this.#shown(transport, received.from.host) : to;
    return this.#face(transport, { host: seen, port });
  }

  /** The face for a peer we send to. */
  faceFor(transport: Transport, remoteHost: string): Face {
    const shown = this.publicAddress(transport);
    if (shown !== undefined) return this.#face(transport, shown);
    const { host, port } = transport.local;
    if (!isWildcard(host)) return this.#face(transport, transport.local);
    return this.#face(transport, { host: this.#shown(transport, remoteHost), port });
  }

  /** What everybody is shown in place of the listener's own address; undefined where nothing is. */
  publicAddress(transport: Transport): Address | undefined {
    return this.#publicAddress?.(transport);
  }

  /** The first listener that can reach the host by the protocol: same address family, loopback only to loopback. */
  select(protocol: Protocol, remoteHost: string): Transport | undefined {
    return this.#transports.find(
      ({ protocol: own, local }) => own === protocol && reaches(local.host, remoteHost),
    );
  }

  #shown(transport: Transport, remoteHost: string): string {
    return this.#advertise?.(transport, remoteHost) ?? transport.local.host;
  }

  #face(transport: Transport, shown: Address): Face {
    let faces = this.#faces.get(transport);
    if (faces === undefined) this.#faces.set(transport, (faces = new Map<string, Face>()));
    let face = faces.get(shown.host);
    if (face === undefined) faces.set(shown.host, (face = this.#make(transport, shown)));
    return face;
  }

  #make(transport: Transport, { host, port }: Address): Face {
    const { product, contactUser } = this.#identity;
    const { protocol } = transport;
    const at = formatAddress({ host, port });
    const contactUri = `sip:${contactUser}@${at}${TRANSPORT_PARAMS[protocol]}`;
    const contact: HeaderLine = ['Contact', `<${contactUri}>`];
    const secureUri = `sips:${contactUri.slice('sip:'.length).replace(';transport=tls', '')}`;
    const server = line('Server', product === '' ? undefined : product);
    const allow = line('Allow', this.#capabilities.allow);
    const accept = line('Accept', this.#capabilities.accept);
    const events = line('Allow-Events', this.#capabilities.allowEvents);
    const supported = line('Supported', this.#capabilities.supportedValue);
    const packages = line('Recv-Info', this.#capabilities.recvInfo);
    return {
      transport,
      host,
      contactUri,
      contact,
      secureContact: ['Contact', `<${secureUri}>`],
      viaPrefix: `SIP/2.0/${protocol.toUpperCase()} ${at};rport${protocol === 'tls' ? ';alias' : ''};branch=`,
      plain: prepared(server),
      reachable: prepared([contact, ...server]),
      session: prepared([contact, ...allow, ...supported, ...packages, ...events, ...server]),
      capable: prepared([contact, ...allow, ...accept, ...supported, ...events, ...server]),
    };
  }
}

/** How a URI says what the listener speaks; `ws` stands for WebSockets with and without TLS. @rfc 3261 §19.1.1, RFC 7118 §5.2 */
const TRANSPORT_PARAMS: Readonly<Record<Protocol, string>> = {
  udp: '',
  tcp: ';transport=tcp',
  tls: ';transport=tls',
  ws: ';transport=ws',
  wss: ';transport=ws',
};

function line(name: string, value: string | undefined): readonly HeaderLine[] {
  return value === undefined ? [] : [[name, value]];
}

function reaches(localHost: string, remoteHost: string): boolean {
  if (localHost.includes(':') !== remoteHost.includes(':')) return false;
  return isWildcard(localHost) || isLoopback(localHost) === isLoopback(remoteHost);
}
