import { HashIndex } from '../core/hash-index.ts';
import type { Ids } from '../core/ids.ts';
import type { LimitName, OnLimit } from '../core/limits.ts';
import type { SipMessage } from '../message/message.ts';
import { exceededLimit, type MessageLimits } from '../message/limits.ts';
import { toHeader } from '../message/headers/name-addr.ts';
import { hasUniqueBranch } from './matching.ts';
import type { Via } from '../message/headers/via.ts';
import { buildResponse } from '../message/response.ts';
import { AnsweredRequests } from './answered-requests.ts';
import { routeOfResponse } from './response-route.ts';
import { InviteServer, NonInviteServer, ServerHandle, type ServerHost } from './server-transaction.ts';
import { ServerKeys } from './server-keys.ts';
import type { RateLimiter } from './rate-limiter.ts';
import type { Counters } from './stats.ts';
import { TIMERS } from './timers.ts';
import type { TransactionHost } from './transaction.ts';
import type { AnyTransaction, Incoming, TransactionCore } from './types.ts';

interface Refusal {
  readonly status: number;
  readonly reason?: string;
  readonly headers?: readonly (readonly [string, string])[];
}

const OVERLOADED: Refusal = { status: 503, headers: [['Retry-After', '5']] };

/** How a request is refused that is too large; what is too much at the moment is refused with 503. @rfc 3261 §21.4.1, §21.5.7 */
const REFUSALS: Readonly<Partial<Record<LimitName, Refusal>>> = {
  'header-block': { status: 513 },
  'body-size': { status: 513 },
  'header-count': { status: 400, reason: 'Too Many Header Fields' },
  'param-count': { status: 400, reason: 'Too Many Parameters' },
  'via-count': { status: 400, reason: 'Too Many Via' },
  'route-count': { status: 400, reason: 'Too Many Routes' },
};

export interface ServerSideOptions {
  /** Clock, timing and timers; the side adds what it does when a transaction retires or ends. */
  readonly shared: Omit<TransactionHost, 'retired' | 'ended'>;
  readonly ids: Ids;
  readonly core: TransactionCore;
  readonly counters: Counters;
  readonly maxTransactions: number;
  readonly messageLimits: MessageLimits;
  readonly rates: RateLimiter | undefined;
  readonly onLimit: OnLimit | undefined;
  readonly answersMergedRequests: boolean;
  readonly responseHeaders: readonly (readonly [string, string])[];
  readonly onRetired: () => void;
}

/** Server transactions: matching, CANCEL, ACK, merged requests and the limit. @rfc 3261 §17.2.3, §9.2, §8.2.2.2 */
export class ServerSide {
  readonly #options: ServerSideOptions;
  readonly #host: ServerHost;
  readonly #keys: ServerKeys;
  readonly #transactions = new Map<number, InviteServer | NonInviteServer>();
  readonly #answered: AnsweredRequests;
  /** Merge keys of all of them. */
  readonly #merging = new HashIndex();

  constructor(options: ServerSideOptions) {
    const { counters, core, shared } = options;
    this.#options = options;
    // The start to the nanosecond: nobody outside knows it, and no identifier is used up for it.
    this.#keys = new ServerKeys(shared.clock.now() * 1_000_000);
    const transportFailed = (): void => {
      counters.transportFailures++;
    };
    this.#answered = new AnsweredRequests({
      clock: shared.clock,
      fired: shared.fired,
      delayMs: TIMERS.j.firstMs(shared.timing, false),
      transportFailed,
      ended: (mergeKey) => {
        if (mergeKey !== undefined) this.#merging.delete(mergeKey);
      },
    });
    this.#host = {
      ...options.shared,
      acknowledged: (ack) => {
        core.onAck(ack);
      },
      transportFailed,
      answered: ({ key, mergeKey }, answer) => {
        if (!this.#answered.add({ key, mergeKey, ...answer })) return false;
        this.#transactions.delete(key);
        options.onRetired();
        return true;
      },
      lingers: options.onRetired,
      answerFailed: ({ key }) => {
        this.#answered.sendFailed(key);
      },
      retired: () => {
        counters.serverTransactions--;
        options.onRetired();
      },
      ended: (transaction) => {
        this.#ended(transaction);
      },
    };
  }

  /** Those that are not over: first those that have answered, of each kind the oldest first. */
  *transactions(): Iterable<AnyTransaction> {
    yield* this.#answered.transactions();
    yield* this.#transactions.values();
  }

  get size(): number {
    return this.#transactions.size + this.#answered.size;
  }

  /** Of those that are not over, the ones that only absorb retransmissions and are no objects any more. */
  get answered(): AnsweredRequests {
    return this.#answered;
  }

  /** Whether a request belongs to an open transaction: as a copy of its request, as its CANCEL or as its ACK. */
  knows(via: Via, { message }: Incoming): boolean {
    const { startLine } = message;
    if (startLine.kind !== 'request') return false;
    const { uri, method } = startLine;
    const key = this.#keys.keyOf(message, uri, via, method);
    return (
      this.#transactions.has(key) ||
      this.#answered.has(key) ||
      ((method === 'ACK' || method === 'CANCEL') && this.#inviteOf(uri, via, message) !== undefined)
    );
  }

  receive(method: string, uri: string, via: Via, incoming: Incoming): void {
    if (method === 'ACK') this.#receiveAck(uri, via, incoming);
    else this.#receiveRequest(method, uri, via, incoming);
  }

  dispose(): void {
    for (const transaction of this.#transactions.values()) transaction.dispose();
    this.#transactions.clear();
    this.#answered.dispose();
    this.#merging.clear();
  }

  #receiveRequest(method: string, uri: string, via: Via, incoming: Incoming): void {
    const { counters, core } = this.#options;
    const { message } = incoming;
    const key = this.#keys.keyOf(message, uri, via, method);
    const known = this.#transactions.get(key);
    if (known !== undefined) {
      counters.retransmissionsReceived++;
      known.receiveRequest();
      return;
    }
    if (this.#answered.receive(key)) {
      counters.retransmissionsReceived++;
      return;
    }
    if (method === 'CANCEL') {
      this.#receiveCancel(key, uri, via, incoming);
      return;
    }
    const exceeded = this.#exceeded(method, incoming);
    if (exceeded !== undefined) {
      const { onLimit, shared } = this.#options;
      onLimit?.({ limit: exceeded, source: incoming.received.from, atMs: shared.clock.now() });
      this.#refuse(key, incoming, REFUSALS[exceeded] ?? OVERLOADED);
      return;
    }
    const transaction = this.#open(method, key, incoming);
    if (this.#isMerged(transaction, message)) {
      counters.mergedRequests++;
      this.#answer(transaction, incoming, 482, this.#options.ids.tag());
      return;
    }
    core.onRequest(new ServerHandle(transaction, incoming));
    if (transaction.isSilent) transaction.leftUnanswered();
  }

  #exceeded(method: string, { message, received }: Incoming): LimitName | undefined {
    const { counters, maxTransactions, messageLimits, rates } = this.#options;
    const { limit } = exceededLimit(message, messageLimits) ?? {};
    if (limit !== undefined) {
      counters.oversizeRejections++;
      return limit;
    }
    if (counters.serverTransactions >= maxTransactions) {
      counters.overloadRejections++;
      return 'server-transactions';
    }
    const exceeded = rates?.request(received.from.host, method);
    if (exceeded !== undefined) counters.rateRejections++;
    return exceeded;
  }

  #open(method: string, key: number, incoming: Incoming): InviteServer | NonInviteServer {
    const transaction =
      method === 'INVITE'
        ? new InviteServer(this.#host, key, incoming)
        : new NonInviteServer(this.#host, key, incoming);
    this.#transactions.set(key, transaction);
    this.#options.counters.serverTransactions++;
    transaction.receiveRequest();
    return transaction;
  }

  /** The same request by another way; the first copy is remembered. @rfc 3261 §8.2.2.2 */
  #isMerged(transaction: InviteServer | NonInviteServer, request: SipMessage): boolean {
    if (!this.#options.answersMergedRequests) return false;
    const key = this.#keys.mergeKeyOf(request);
    if (key === undefined) return false;
    if (this.#merging.has(key)) return true;
    transaction.mergeKey = key;
    this.#merging.set(key, 1);
    return false;
  }

  #receiveAck(uri: string, via: Via, ack: Incoming): void {
    const invite = this.#inviteOf(uri, via, ack.message);
    // An ACK of RFC 2543 has the key of its INVITE whatever it acknowledges; the To tag tells.
    if (invite === undefined || !this.#acknowledges(invite, via, ack.message)) {
      this.#options.core.onAck(ack);
      return;
    }
    if (invite.state !== 'accepted') this.#options.counters.acksAbsorbed++;
    invite.receiveAck(ack);
  }

  #acknowledges(invite: InviteServer, via: Via, ack: SipMessage): boolean {
    return hasUniqueBranch(via) || invite.responseTag === toHeader(ack)?.tag;
  }

  /** CANCEL is answered hop by hop, whatever becomes of the INVITE. @rfc 3261 §9.2 */
  #receiveCancel(key: number, uri: string, via: Via, incoming: Incoming): void {
    const invite = this.#inviteOf(uri, via, incoming.message);
    const cancel = this.#open('CANCEL', key, incoming);
    const tag = invite?.responseTag ?? this.#options.ids.tag();
    this.#answer(cancel, incoming, invite ? 200 : 481, tag);
    invite?.receiveCancel(incoming.message);
  }

  #inviteOf(uri: string, via: Via, message: SipMessage): InviteServer | undefined {
    const transaction = this.#transactions.get(this.#keys.keyOf(message, uri, via, 'INVITE'));
    return transaction?.kind === 'invite' ? transaction : undefined;
  }

  #answer(
    transaction: InviteServer | NonInviteServer,
    { message, received }: Incoming,
    status: number,
    toTag: string,
  ): void {
    const { responseHeaders: headers } = this.#options;
    transaction.respond(status, buildResponse(message, { status, toTag, headers, source: received.from }));
  }

  /** Without state, so that a flood costs no memory: the same request gets the same To tag. @rfc 3261 §8.2.7, §21.5.4 */
  #refuse(key: number, incoming: Incoming, refusal: Refusal): void {
    const { transport, target } = routeOfResponse(incoming);
    const response = buildResponse(incoming.message, {
      ...refusal,
      headers: [...(refusal.headers ?? []), ...this.#options.responseHeaders],
      toTag: key.toString(36),
      source: incoming.received.from,
    });
    transport.send(response, target);
  }

  #ended(transaction: InviteServer | NonInviteServer): void {
    const { key, mergeKey, isRetired } = transaction;
    this.#transactions.delete(key);
    if (mergeKey !== undefined) this.#merging.delete(mergeKey);
    if (!isRetired) this.#options.counters.serverTransactions--;
  }
}
