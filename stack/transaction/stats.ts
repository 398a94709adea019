/** What a transaction layer has seen and holds. */
export interface TransactionStats {
  /** Server transactions that still owe something: a response, or a wait for the ACK. */
  readonly serverTransactions: number;
  /** Client transactions without a final response. */
  readonly clientTransactions: number;
  /** Transactions of both sides that only absorb retransmissions until timer D, I, J, K, L or M. */
  readonly completedTransactions: number;
  /** Requests that came again. */
  readonly retransmissionsReceived: number;
  /** Requests sent again by timer A or E. */
  readonly retransmissionsSent: number;
  /** ACKs to non-2xx responses. */
  readonly acksAbsorbed: number;
  /** Responses that matched no transaction and were no 2xx to INVITE. */
  readonly strayResponses: number;
  /** Requests that came by a second way and were answered 482. */
  readonly mergedRequests: number;
  /** Requests past the limit, answered 503. */
  readonly overloadRejections: number;
  /** Messages dropped and requests answered 503 because their source sends too many. */
  readonly rateRejections: number;
  /** Requests that are larger than a limit of messages, answered 513 or 400. */
  readonly oversizeRejections: number;
  /** Completed transactions ended before their time to bound memory. */
  readonly evictions: number;
  /** Messages that are not SIP or lack a usable Via or CSeq. */
  readonly unusableMessages: number;
  /** Messages that a transport could not send. */
  readonly transportFailures: number;
}

/** The same, to count in. */
export type Counters = { -readonly [K in keyof TransactionStats]: number };

export function newCounters(): Counters {
  return {
    serverTransactions: 0,
    clientTransactions: 0,
    completedTransactions: 0,
    retransmissionsReceived: 0,
    retransmissionsSent: 0,
    acksAbsorbed: 0,
    strayResponses: 0,
    mergedRequests: 0,
    overloadRejections: 0,
    rateRejections: 0,
    oversizeRejections: 0,
    evictions: 0,
    unusableMessages: 0,
    transportFailures: 0,
  };
}
