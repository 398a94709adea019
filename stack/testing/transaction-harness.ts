import { Emitter } from '../core/emitter.ts';
import { parseMessage } from '../message/parse.ts';
import type { SipMessage } from '../message/message.ts';
import { InviteClient, NonInviteClient, type ClientHost } from '../transaction/client-transaction.ts';
import { InviteServer, NonInviteServer, type ServerHost } from '../transaction/server-transaction.ts';
import { TimerQueues } from '../transaction/timer-queues.ts';
import {
  DEFAULT_TIMING,
  type ClientTransactionUser,
  type Fired,
  type Incoming,
  type ServerTransactionUser,
  type Timing,
  type Transition,
} from '../transaction/types.ts';
import { ManualClock } from './manual-clock.ts';
import { RecordingTransport } from './recording-transport.ts';
import { nameOf, request, requestBytes, response, responseBytes } from './sip-messages.ts';

export interface HarnessOptions {
  readonly isReliable?: boolean;
  readonly timing?: Timing;
}

/** One transaction without a layer around it: manual time, and a log of all that it sends and says. */
export class TransactionHarness {
  readonly clock = new ManualClock();
  readonly transport: RecordingTransport;
  /** `500 > INVITE` for what is sent, `0 response 180` and the like for what the user hears. */
  readonly log: string[] = [];
  readonly transitions: Transition[] = [];
  readonly #fired = new Emitter<Fired>();
  readonly #host: ServerHost & ClientHost;
  #request: SipMessage = request('OPTIONS');

  constructor({ isReliable = false, timing = DEFAULT_TIMING }: HarnessOptions = {}) {
    this.transport = new RecordingTransport(this.clock, isReliable ? 'tcp' : 'udp');
    this.transport.onSent = ({ bytes }) => {
      this.note(`> ${nameOf(parseMessage(bytes))}`);
    };
    this.#fired.on(({ transition }) => this.transitions.push(transition));
    this.#host = {
      clock: this.clock,
      timing,
      timers: new TimerQueues(this.clock),
      lingering: new TimerQueues(this.clock),
      fired: this.#fired,
      retired: () => undefined,
      ended: () => undefined,
      answered: () => false,
      lingers: () => undefined,
      answerFailed: () => undefined,
      acknowledged: () => {
        this.note('ack');
      },
      transportFailed: () => undefined,
      sendCancel: () => {
        this.note('cancel');
      },
      strayResponse: ({ message }) => {
        this.note(`stray ${nameOf(message)}`);
      },
      requestSentAgain: () => undefined,
      travels: () => undefined,
    };
  }

  note(entry: string): void {
    this.log.push(`${this.clock.now()} ${entry}`);
  }

  inviteClient(): InviteClient {
    const bytes = requestBytes('INVITE');
    this.#request = parseMessage(bytes);
    return new InviteClient(this.#host, 'id', bytes, this.#request, this.#route, this.#clientUser);
  }

  nonInviteClient(): NonInviteClient {
    const bytes = requestBytes('OPTIONS');
    this.#request = parseMessage(bytes);
    return new NonInviteClient(this.#host, 'id', bytes, this.#route, this.#clientUser);
  }

  inviteServer(): InviteServer {
    this.#request = request('INVITE');
    const server = new InviteServer(this.#host, 1, this.incoming(this.#request));
    server.user = this.#serverUser;
    return server;
  }

  nonInviteServer(): NonInviteServer {
    this.#request = request('OPTIONS');
    const server = new NonInviteServer(this.#host, 1, this.incoming(this.#request));
    server.user = this.#serverUser;
    return server;
  }

  /** A response to the transaction's request, as if it had just come. */
  response(status: number): Incoming {
    return this.incoming(response(this.#request, status));
  }

  /** A response to the transaction's request, to be sent. */
  responseBytes(status: number): Uint8Array {
    return responseBytes(this.#request, status);
  }

  ack(): Incoming {
    return this.incoming(request('ACK', { to: '<sip:bob@example.com>;tag=b1' }));
  }

  incoming(message: SipMessage): Incoming {
    const received = {
      bytes: message.bytes,
      from: { host: '192.0.2.1', port: 5060 },
      to: this.transport.local,
      atMs: this.clock.now(),
      connectionId: undefined,
    };
    return { message, received, transport: this.transport };
  }

  get #route() {
    return { transport: this.transport, target: { address: { host: '192.0.2.9', port: 5060 } } };
  }

  readonly #clientUser: ClientTransactionUser = {
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

  readonly #serverUser: ServerTransactionUser = {
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
