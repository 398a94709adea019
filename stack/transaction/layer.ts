import type { Clock } from '../core/clock.ts';
import { Emitter, type Unsubscribe } from '../core/emitter.ts';
import type { Ids } from '../core/ids.ts';
import { DEFAULT_LIMITS, type OnLimit } from '../core/limits.ts';
import type { Logger } from '../core/logger.ts';
import { cseq } from '../message/headers/cseq.ts';
import { topVia, type Via } from '../message/headers/via.ts';
import type { MessageLimits } from '../message/limits.ts';
import type { SipMessage } from '../message/message.ts';
import { parseMessage } from '../message/parse.ts';
import { DEFAULT_PORTS } from '../resolver/services.ts';
import type { Received, Transport, TransportError } from '../transport/transport.ts';
import { ClientSide } from './client-side.ts';
import { routeOfResponse } from './response-route.ts';
import { ServerSide } from './server-side.ts';
import { RateLimiter, type RateLimits } from './rate-limiter.ts';
import { newCounters, type Counters, type TransactionStats } from './stats.ts';
import { TimerQueues } from './timer-queues.ts';
import type {
  AnyTransaction,
  ClientTransaction,
  ClientTransactionUser,
  Fired,
  Incoming,
  Route,
  Timing,
  TransactionCore,
  Transition,
} from './types.ts';

export interface TransactionLayerOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly timing: Timing;
  readonly core: TransactionCore;
  /** Hears of every row that fires. */
  readonly onTransition?: ((transition: Transition) => void) | undefined;
  readonly log?: Logger | undefined;
  /** Server transactions at work; requests past this get a 503 without state. Default 10,000. */
  readonly maxTransactions?: number | undefined;
  /** Client transactions without a final response; further ones fail with 'overloaded'. Default 10,000. */
  readonly maxClientTransactions?: number | undefined;
  /** How large a request may be; one past these is refused without state. */
  readonly messageLimits?: MessageLimits | undefined;
  /** What one source may send; without it nothing is limited. Messages past `packetRate` are dropped, requests past the others get a 503 without state. */
  readonly rates?: RateLimits | undefined;
  /** Hears of each refusal. */
  readonly onLimit?: OnLimit | undefined;
  /**
   * Transactions kept after their work to absorb retransmissions, about 1 kB each; past this the oldest one is forgotten, and a late
   * retransmission of its request would count as a new one. Default 20,000.
   */
  readonly maxCompletedTransactions?: number | undefined;
  /** Answer copies of a request that took several ways 482, as a user agent must and a proxy must not. Default true. @rfc 3261 §8.2.2.2 */
  readonly answersMergedRequests?: boolean | undefined;
  /** Header lines of the final responses the layer makes itself, such as Server. Default none. @rfc 3261 §20.35 */
  readonly responseHeaders?: readonly (readonly [string, string])[] | undefined;
}

const MAX_COMPLETED_TRANSACTIONS = 20_000;

/** Finds or opens the transaction of every message that arrives, and sends what its users say. @rfc 3261 §17 */
export class TransactionLayer {
  readonly #core: TransactionCore;
  readonly #log: Logger | undefined;
  readonly #maxCompleted: number;
  readonly #timers: TimerQueues;
  readonly #lingering: TimerQueues;
  readonly #counters: Counters = newCounters();
  readonly #fired = new Emitter<Fired>();
  readonly #servers: ServerSide;
  readonly #clients: ClientSide;
  readonly #clock: Clock;
  readonly #rates: RateLimiter | undefined;
  readonly #onLimit: OnLimit | undefined;
  #subscriptions: Unsubscribe[] = [];

  constructor(options: TransactionLayerOptions) {
    const { clock, timing, core, ids, onTransition } = options;
    this.#core = core;
    this.#clock = clock;
    this.#rates = options.rates === undefined ? undefined : new RateLimiter(clock, options.rates);
    this.#onLimit = options.onLimit;
    this.#log = options.log;
    this.#maxCompleted = options.maxCompletedTransactions ?? MAX_COMPLETED_TRANSACTIONS;
    this.#timers = new TimerQueues(clock);
    this.#lingering = new TimerQueues(clock);
    if (onTransition !== undefined)
      this.#fired.on(({ transition }) => {
        onTransition(transition);
      });
    const shared = {
      clock,
      timing,
      timers: this.#timers,
      lingering: this.#lingering,
      fired: this.#fired,
    };
    const common = {
      shared,
      core,
      counters: this.#counters,
      onRetired: () => {
        this.#evict();
      },
    };
    this.#clients = new ClientSide({
      ...common,
      maxTransactions: options.maxClientTransactions ?? DEFAULT_LIMITS.clientTransactions,
      onLimit: options.onLimit,
    });
    this.#servers = new ServerSide({
      ...common,
      ids,
      maxTransactions: options.maxTransactions ?? DEFAULT_LIMITS.serverTransactions,
      messageLimits: options.messageLimits ?? DEFAULT_LIMITS,
      rates: this.#rates,
      onLimit: options.onLimit,
      answersMergedRequests: options.answersMergedRequests ?? true,
      responseHeaders: options.responseHeaders ?? [],
    });
  }

  /** Live figures. */
  get stats(): TransactionStats {
    this.#counters.completedTransactions = this.#completed;
    return this.#counters;
  }

  /** Transactions that are not over, those that only absorb retransmissions too. */
  get size(): number {
    return this.#servers.size + this.#clients.size;
  }

  /** They, for whoever looks. */
  *transactions(): Iterable<AnyTransaction> {
    yield* this.#servers.transactions();
    yield* this.#clients.transactions;
  }

  /** Hears of every row that fires from now on. */
  onFired(listener: (fired: Fired) => void): Unsubscribe {
    return this.#fired.on(listener);
  }

  /** Starts listening to a transport; the layer does not close it. */
  addTransport(transport: Transport): void {
    this.#subscriptions.push(
      transport.onReceived((received) => {
        this.#receive(transport, received);
      }),
    );
    if (!transport.isReliable) return;
    this.#subscriptions.push(
      transport.onConnection((event) => {
        if (event.kind !== 'opened') this.#clients.connectionLost(event);
      }),
    );
  }

  /**
   * Opens a client transaction and sends its request.
   * @param message - the request parsed from `bytes`: top Via with a branch of its own, any method but ACK.
   * @rfc 3261 §17.1
   */
  request(
    bytes: Uint8Array,
    message: SipMessage,
    route: Route,
    user: ClientTransactionUser,
  ): ClientTransaction {
    return this.#clients.request(bytes, message, route, user);
  }

  /** Sends outside any transaction: the ACK to a 2xx, a 2xx again. */
  send(bytes: Uint8Array, route: Route, onFailed?: (error: TransportError) => void): void {
    route.transport.send(bytes, route.target, onFailed);
  }

  /** The way back to whoever sent a request. @rfc 3261 §18.2.2, RFC 3581 §4 */
  routeOfResponse(incoming: Incoming): Route {
    return routeOfResponse(incoming);
  }

  /** Ends every transaction without a word to its user and stops listening. */
  dispose(): void {
    for (const unsubscribe of this.#subscriptions) unsubscribe();
    this.#subscriptions = [];
    this.#servers.dispose();
    this.#clients.dispose();
    this.#timers.dispose();
    this.#lingering.dispose();
    this.#counters.serverTransactions = 0;
    this.#counters.clientTransactions = 0;
  }

  #receive(transport: Transport, received: Received): void {
    const exceeded = this.#rates?.packet(received.from.host);
    if (exceeded !== undefined) {
      this.#counters.rateRejections++;
      this.#onLimit?.({ limit: exceeded, source: received.from, atMs: this.#clock.now() });
      return;
    }
    const message = parseMessage(received.bytes);
    const incoming: Incoming = { message, received, transport };
    const { startLine } = message;
    const via = topVia(message);
    if (
      via !== undefined &&
      this.#core.onStateless?.(incoming, () => this.#servers.knows(via, incoming)) === true
    )
      return;
    if (startLine.kind === 'request' && via !== undefined) {
      if (transport.isReliable) learnAlias(transport, received, via);
      this.#servers.receive(startLine.method, startLine.uri, via, incoming);
    } else if (startLine.kind === 'response' && via !== undefined && cseq(message) !== undefined) {
      this.#clients.receive(startLine.status, via, incoming);
    } else {
      this.#counters.unusableMessages++;
      this.#log?.debug('message without what a transaction needs', { octets: received.bytes.length });
      this.#core.onUnusable?.(incoming);
    }
  }

  get #completed(): number {
    return this.#lingering.size + this.#servers.answered.size;
  }

  #evict(): void {
    if (this.#completed <= this.#maxCompleted) return;
    this.#counters.evictions++;
    const { answered } = this.#servers;
    if (answered.oldestMs <= this.#lingering.oldestMs) answered.endOldest();
    else this.#lingering.fireOldest();
  }
}

/** The peer wants requests to its listener to come over this connection. @rfc 5923 §5 */
function learnAlias(transport: Transport, { connectionId }: Received, via: Via): void {
  if (connectionId === undefined || !via.text.includes('alias') || !via.params.has('alias')) return;
  transport.alias?.(connectionId, via.sentBy.port ?? DEFAULT_PORTS[transport.protocol]);
}
