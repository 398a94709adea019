import { formatAddress, ipVersion, withoutBrackets, type Address } from '../../stack/core/address.ts';
import type { Clock } from '../../stack/core/clock.ts';
import type { Ids } from '../../stack/core/ids.ts';
import { toHeader } from '../../stack/message/headers/name-addr.ts';
import { callId } from '../../stack/message/headers/simple.ts';
import type { SipMessage } from '../../stack/message/message.ts';
import { parseMessage } from '../../stack/message/parse.ts';
import { buildResponse } from '../../stack/message/response.ts';
import { parseUri } from '../../stack/message/uri.ts';
import type { Resolver } from '../../stack/resolver/resolver.ts';
import { DEFAULT_PORTS } from '../../stack/resolver/services.ts';
import { TransactionLayer } from '../../stack/transaction/layer.ts';
import {
  DEFAULT_TIMING,
  type Incoming,
  type Route,
  type ServerTransaction,
} from '../../stack/transaction/types.ts';
import type { Faults } from '../../stack/transport/faults.ts';
import { faulty } from '../../stack/transport/faulty.ts';
import type { Target, Transport } from '../../stack/transport/transport.ts';
import { Connections } from './connections.ts';
import type { ActorFault } from './program.ts';
import { SeenOctets } from './seen-octets.ts';

/** Who hears of the messages of some Call-IDs. */
export interface SocketUser {
  readonly onRequest: (transaction: ServerTransaction) => void;
  readonly onAck: (ack: Incoming) => void;
  /** A 2xx to INVITE that came again. */
  readonly onAcceptedAgain: (response: SipMessage) => void;
  /** A connection is gone that was open and that was not cut here. */
  readonly onDisconnected: () => void;
  /** Octets came that came before. */
  readonly onRepeated: (message: SipMessage) => void;
}

export interface SocketOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Finds the hosts of names; without it targets are IP literals. */
  readonly resolver: Resolver | undefined;
  /** Whose a request of a Call-ID is that nobody has joined yet; it is refused when nobody takes it. */
  readonly claim: (message: SipMessage) => SocketUser | undefined;
  /** TLS: name that the peer's certificate must be for, whatever its URI says. @rfc 5922 §4 */
  readonly serverName?: string | undefined;
  /** What goes wrong on purpose; absent where no step says so. */
  readonly faults?: Faults | undefined;
  /** Tells of octets that come again; it costs memory for each message. */
  readonly noticesRepeats?: boolean;
  /** Requests under way at once. Default as of the transaction layer. */
  readonly maxClientTransactions?: number;
}

/** For how long what a name stands for is kept. */
const NAME_HOLDS_MS = 30_000;

/** One actor's socket with its transactions, shared by all who run the actor: messages go to their user by Call-ID. @rfc 3261 §17 */
export class ActorSocket {
  readonly layer: TransactionLayer;
  readonly transport: Transport;
  /** Via of what is sent from here, without parameters. */
  readonly via: string;
  readonly #options: SocketOptions;
  #armed = 0;
  readonly #users = new Map<string, SocketUser>();
  /** Those whose runs are not over. */
  readonly #present = new Set<SocketUser>();
  readonly #connections: Connections;
  /** What the last name that was looked up stands for: a run sends all its calls to the same one. */
  #found: { readonly uri: string; readonly target: Target; readonly untilMs: number } | undefined;

  constructor(options: SocketOptions) {
    this.#options = options;
    const { clock, ids, faults, maxClientTransactions } = options;
    const transport = faults === undefined ? options.transport : faulty(options.transport, faults, clock);
    this.transport = transport;
    this.via = `SIP/2.0/${transport.protocol.toUpperCase()} ${formatAddress(transport.local)}`;
    this.layer = new TransactionLayer({
      clock,
      ids,
      timing: DEFAULT_TIMING,
      answersMergedRequests: false,
      maxClientTransactions,
      core: {
        onRequest: (transaction) => {
          this.#onRequest(transaction);
        },
        onAck: (ack) => (this.#userOf(ack.message) ?? this.#claimed(ack.message))?.onAck(ack),
        onStrayResponse: ({ message }) => this.#userOf(message)?.onAcceptedAgain(message),
      },
    });
    this.#connections = new Connections(transport, () => {
      for (const user of this.#present) user.onDisconnected();
    });
    this.layer.addTransport(transport);
    if (options.noticesRepeats === true && !transport.isReliable) this.#noticeRepeats();
  }

  /** After the layer, so that what comes for the first time has found its user. */
  #noticeRepeats(): void {
    const seen = new SeenOctets(this.#options.clock);
    this.transport.onReceived(({ bytes }) => {
      if (!seen.isKnown(bytes)) return;
      const message = parseMessage(bytes);
      this.#userOf(message)?.onRepeated(message);
    });
  }

  get address(): Address {
    return this.transport.local;
  }

  /** From now on the user hears of connections that are lost. */
  enter(user: SocketUser): void {
    this.#present.add(user);
  }

  exit(user: SocketUser): void {
    this.#present.delete(user);
  }

  /** Something goes wrong on purpose from now on, for all who share the socket; what is over is forgotten. */
  arm(fault: ActorFault): void {
    const { faults } = this.#options;
    const on = faults?.armed.filter(({ left }) => left !== 0).map(({ what }) => what) ?? [];
    faults?.replace([...on, { ...fault, spec: `#${this.#armed++}` }]);
  }

  /** Cuts every connection at once. */
  disconnect(): void {
    this.#connections.cut();
  }

  /** From now on the messages of this Call-ID are for the user. */
  join(id: string, user: SocketUser): void {
    this.#users.set(id, user);
  }

  /** Whose the messages of a Call-ID are. */
  userOf(id: string): SocketUser | undefined {
    return this.#users.get(id);
  }

  leave(id: string): void {
    this.#users.delete(id);
  }

  /** Where a URI leads over this socket; a sentence when it leads nowhere. */
  route(uri: string, done: (route: Route | string) => void): void {
    const { resolver, clock, serverName } = this.#options;
    const { transport } = this;
    const to = (target: Target): void =>
      done({ transport, target: serverName === undefined ? target : { ...target, serverName } });
    if (this.#found?.uri === uri && clock.now() < this.#found.untilMs) return to(this.#found.target);
    const parsed = parseUri(uri);
    if (!parsed.isValid || parsed.host === '') {
      done(uri === '' ? 'nobody is named to send it to: give the actor a target' : `${uri} is no SIP URI`);
      return;
    }
    const host = withoutBrackets(parsed.params.get('maddr') ?? parsed.host);
    if (ipVersion(host) !== undefined)
      to({ address: { host, port: parsed.port ?? DEFAULT_PORTS[transport.protocol] } });
    else if (resolver === undefined) done(`${host} is no IP address, and names are not looked up here`);
    else
      void resolver.resolve(parsed, [transport.protocol]).then(({ hops: [hop], failure }) => {
        if (hop === undefined) return done(failure ?? `${host} was not found`);
        const { address, serverName } = hop;
        const target = { address, ...(serverName !== undefined && { serverName }) };
        this.#found = { uri, target, untilMs: clock.now() + NAME_HOLDS_MS };
        to(target);
      });
  }

  async close(): Promise<void> {
    this.#connections.dispose();
    this.layer.dispose();
    await this.transport.close();
  }

  #userOf(message: SipMessage): SocketUser | undefined {
    return this.#users.get(callId(message) ?? '');
  }

  #onRequest(transaction: ServerTransaction): void {
    const { message } = transaction.incoming;
    const user = this.#userOf(message) ?? this.#claimed(message);
    if (user === undefined) this.#refuse(transaction);
    else user.onRequest(transaction);
  }

  #claimed(message: SipMessage): SocketUser | undefined {
    const user = this.#options.claim(message);
    if (user !== undefined) this.join(callId(message) ?? '', user);
    return user;
  }

  /** A request of a dialog that is over, or for which nobody waits. @rfc 3261 §12.2.2, §21.4.18 */
  #refuse(transaction: ServerTransaction): void {
    const { message } = transaction.incoming;
    const status = toHeader(message)?.tag === undefined ? 480 : 481;
    transaction.respond(status, buildResponse(message, { status, toTag: this.#options.ids.tag() }));
  }
}
