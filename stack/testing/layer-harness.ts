import type { SipMessage } from '../message/message.ts';
import { parseMessage } from '../message/parse.ts';
import type { Protocol } from '../core/address.ts';
import { createIds } from '../core/seeded-ids.ts';
import { TransactionLayer, type TransactionLayerOptions } from '../transaction/layer.ts';
import {
  DEFAULT_TIMING,
  type ClientTransactionUser,
  type ServerTransaction,
  type ServerTransactionUser,
  type TransactionCore,
} from '../transaction/types.ts';
import { ManualClock } from './manual-clock.ts';
import { RecordingTransport } from './recording-transport.ts';
import { nameOf, responseBytes } from './sip-messages.ts';

export interface LayerHarnessOptions extends Partial<
  Omit<TransactionLayerOptions, 'clock' | 'ids' | 'core'>
> {
  readonly protocol?: Protocol;
  /** What the core answers at once; without it, it waits. */
  readonly answer?: number;
  /** The core wants to hear nothing of a server transaction after its answer. */
  readonly isDeaf?: boolean;
}

/** A transaction layer over a recording transport, and a core that logs. */
export class LayerHarness {
  readonly clock = new ManualClock();
  readonly transport: RecordingTransport;
  readonly layer: TransactionLayer;
  /** `500 > INVITE` for what is sent, `0 request INVITE`, `0 response 180` and the like for what the core hears. */
  readonly log: string[] = [];
  /** Server transactions in the order the core got them. */
  readonly requests: ServerTransaction[] = [];
  readonly #answer: number | undefined;
  readonly #isDeaf: boolean;

  constructor({ protocol = 'udp', answer, isDeaf = false, ...options }: LayerHarnessOptions = {}) {
    this.#answer = answer;
    this.#isDeaf = isDeaf;
    this.transport = new RecordingTransport(this.clock, protocol);
    this.transport.onSent = ({ bytes }) => {
      this.note(`> ${nameOf(parseMessage(bytes))}`);
    };
    this.layer = new TransactionLayer({
      timing: DEFAULT_TIMING,
      ...options,
      clock: this.clock,
      ids: createIds('layer'),
      core: this.#core,
    });
    this.layer.addTransport(this.transport);
  }

  note(entry: string): void {
    this.log.push(`${this.clock.now()} ${entry}`);
  }

  /** Answers the `n`th request of the core. */
  respond(status: number, n = 0): void {
    const transaction = this.requests[n];
    if (transaction === undefined) throw new Error(`no request ${n}`);
    const { message, received } = transaction.incoming;
    transaction.respond(status, responseBytes(message, status, { source: received.from }));
  }

  /** Sends a request over the transport to 192.0.2.9. */
  request(bytes: Uint8Array) {
    const route = { transport: this.transport, target: { address: { host: '192.0.2.9', port: 5060 } } };
    return this.layer.request(bytes, parseMessage(bytes), route, this.#user);
  }

  /** The `n`th message sent, from the end when negative. */
  sent(n: number): SipMessage {
    const sent = this.transport.sent.at(n);
    if (sent === undefined) throw new Error(`nothing was sent as number ${n}`);
    return parseMessage(sent.bytes);
  }

  readonly #core: TransactionCore = {
    onRequest: (transaction) => {
      this.requests.push(transaction);
      this.note(`request ${nameOf(transaction.incoming.message)}`);
      if (!this.#isDeaf) transaction.user = this.#serverUser;
      if (this.#answer !== undefined) this.respond(this.#answer, this.requests.length - 1);
    },
    onAck: () => {
      this.note('ack');
    },
    onStrayResponse: ({ message }) => {
      this.note(`stray ${nameOf(message)}`);
    },
    onUnusable: () => {
      this.note('unusable');
    },
  };

  readonly #serverUser: ServerTransactionUser = {
    onCancelled: () => {
      this.note('cancelled');
    },
    onTimeout: () => {
      this.note('no ack');
    },
    onTransportFailed: ({ code }) => {
      this.note(`failed ${code}`);
    },
  };

  readonly #user: ClientTransactionUser = {
    onResponse: ({ message }) => {
      this.note(`response ${nameOf(message)}`);
    },
    onTimeout: () => {
      this.note('timeout');
    },
    onTransportFailed: ({ code }) => {
      this.note(`failed ${code}`);
    },
    onTerminated: () => {
      this.note('terminated');
    },
  };
}
