import type { OnLimit } from '../core/limits.ts';
import { cseq } from '../message/headers/cseq.ts';
import { topVia, type Via } from '../message/headers/via.ts';
import type { SipMessage } from '../message/message.ts';
import { parseMessage } from '../message/parse.ts';
import { TransportError, type ConnectionEvent } from '../transport/transport.ts';
import { InviteClient, NonInviteClient, type ClientHost } from './client-transaction.ts';
import { Travellers } from './travellers.ts';
import { branchKey } from './matching.ts';
import type { Counters } from './stats.ts';
import type { TransactionHost } from './transaction.ts';
import type {
  AnyTransaction,
  ClientTransaction,
  ClientTransactionUser,
  Incoming,
  Route,
  TransactionCore,
} from './types.ts';

/** Whatever becomes of a CANCEL, the INVITE gets its final response or times out. */
const CANCEL_USER: ClientTransactionUser = {
  onResponse: () => undefined,
  onTimeout: () => undefined,
  onTransportFailed: () => undefined,
};

export interface ClientSideOptions {
  /** Clock, timing and timers; the side adds what it does when a transaction retires or ends. */
  readonly shared: Omit<TransactionHost, 'retired' | 'ended'>;
  readonly core: TransactionCore;
  readonly counters: Counters;
  readonly maxTransactions: number;
  readonly onLimit: OnLimit | undefined;
  readonly onRetired: () => void;
}

/** Client transactions and the matching of responses. @rfc 3261 §17.1.3 */
export class ClientSide {
  readonly #options: ClientSideOptions;
  readonly #host: ClientHost;
  readonly #transactions = new Map<string, InviteClient | NonInviteClient>();
  readonly #travellers = new Travellers();

  constructor(options: ClientSideOptions) {
    const { counters, core } = options;
    this.#options = options;
    this.#host = {
      ...options.shared,
      sendCancel: (cancel, route) => {
        this.request(cancel, parseMessage(cancel), route, CANCEL_USER);
      },
      strayResponse: (response) => {
        core.onStrayResponse(response);
      },
      requestSentAgain: () => {
        counters.retransmissionsSent++;
      },
      transportFailed: () => {
        counters.transportFailures++;
      },
      travels: (transaction, connectionId) => {
        this.#travellers.add(transaction, connectionId);
      },
      retired: (transaction) => {
        this.#travellers.remove(transaction);
        counters.clientTransactions--;
        options.onRetired();
      },
      ended: (transaction) => {
        this.#ended(transaction);
      },
    };
  }

  /** Those that are not over, the oldest first. */
  get transactions(): Iterable<AnyTransaction> {
    return this.#transactions.values();
  }

  get size(): number {
    return this.#transactions.size;
  }

  /** @throws Error when the request has no Via with a branch, or the branch is in use: the caller builds it wrong. */
  request(
    bytes: Uint8Array,
    message: SipMessage,
    route: Route,
    user: ClientTransactionUser,
  ): ClientTransaction {
    const via = topVia(message);
    const { startLine } = message;
    if (startLine.kind !== 'request' || via?.branch === undefined)
      throw new Error('a client transaction needs a request with a branch');
    const key = branchKey(via, startLine.method);
    if (this.#transactions.has(key)) throw new Error(`a transaction ${key} is running`);
    const transaction =
      startLine.method === 'INVITE'
        ? new InviteClient(this.#host, key, bytes, message, route, user)
        : new NonInviteClient(this.#host, key, bytes, route, user);
    this.#transactions.set(key, transaction);
    const { counters, maxTransactions } = this.#options;
    counters.clientTransactions++;
    if (counters.clientTransactions <= maxTransactions) transaction.start();
    else this.#refuse(transaction);
    return transaction;
  }

  receive(status: number, via: Via, response: Incoming): void {
    const method = cseq(response.message)?.method ?? '';
    const transaction = this.#transactions.get(branchKey(via, method));
    if (transaction !== undefined) transaction.receive(status, response);
    else if (method === 'INVITE' && status >= 200 && status < 300)
      this.#options.core.onStrayResponse(response);
    else this.#options.counters.strayResponses++;
  }

  /** A connection is gone: who waits for a response over it hears it now, not at timer B or F. */
  connectionLost({ connectionId, error }: ConnectionEvent): void {
    const reason =
      error ?? new TransportError('closed', 'the connection was closed before the response came');
    for (const transaction of this.#travellers.take(connectionId)) transaction.connectionLost(reason);
  }

  /** Told later, as every failure is. */
  #refuse(transaction: InviteClient | NonInviteClient): void {
    const { onLimit, shared, maxTransactions } = this.#options;
    onLimit?.({ limit: 'client-transactions', atMs: shared.clock.now() });
    const reason = new TransportError('overloaded', `${maxTransactions} requests are under way already`);
    void Promise.resolve().then(() => {
      transaction.refuse(reason);
    });
  }

  dispose(): void {
    this.#travellers.clear();
    for (const transaction of this.#transactions.values()) transaction.dispose();
    this.#transactions.clear();
  }

  #ended(transaction: AnyTransaction): void {
    const { id, isRetired } = transaction;
    this.#transactions.delete(id);
    this.#travellers.remove(transaction);
    if (!isRetired) this.#options.counters.clientTransactions--;
  }
}
