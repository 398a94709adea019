import { callId } from '../message/headers/simple.ts';
import type { SipMessage } from '../message/message.ts';
import { parseMessage } from '../message/parse.ts';
import type { TransportError } from '../transport/transport.ts';
import { buildAck, buildCancel } from './client-requests.ts';
import type { CompiledMachine, TimerAction } from './fsm.ts';
import { INVITE_CLIENT, type InviteClientAction } from './invite-client-fsm.ts';
import { NON_INVITE_CLIENT, type NonInviteClientAction } from './non-invite-client-fsm.ts';
import { Transaction, type TransactionHost } from './transaction.ts';
import type {
  CancelLines,
  ClientTransaction,
  ClientTransactionUser,
  Incoming,
  Route,
  TransactionFacts,
} from './types.ts';

/** What client transactions need of the layer. */
export interface ClientHost extends TransactionHost {
  /** Sends a CANCEL in a transaction of its own. */
  sendCancel(cancel: Uint8Array, route: Route): void;
  /** A 2xx after the first one. */
  strayResponse(response: Incoming): void;
  requestSentAgain(): void;
  transportFailed(): void;
  /** Its request went over this connection: without it no response comes. */
  travels(transaction: ConnectionBound, connectionId: string): void;
}

/** What is to be told when the connection is gone. */
export interface ConnectionBound {
  connectionLost(error: TransportError): void;
}

type SharedAction = 'send-request' | 'report-response' | 'report-timeout' | 'report-transport-error';

/** What both client machines have in common. */
abstract class ClientMachine<A extends string> extends Transaction<A, ClientHost> implements ConnectionBound {
  readonly id: string;
  readonly side = 'client';
  /** From the first sending on it names the connection: ACK and CANCEL go where the INVITE went. @rfc 3261 §9.1, §17.1.1.3 */
  protected route: Route;
  protected response: Incoming | undefined = undefined;
  readonly #user: ClientTransactionUser;
  readonly #startMs: number;
  #request: Uint8Array | undefined;
  #wasSent = false;
  #error: TransportError | undefined = undefined;

  protected constructor(
    host: ClientHost,
    machine: CompiledMachine<A>,
    id: string,
    request: Uint8Array,
    route: Route,
    user: ClientTransactionUser,
  ) {
    super(host, machine, route.transport.isReliable);
    this.id = id;
    this.route = route;
    this.#startMs = host.clock.now();
    this.#request = request;
    this.#user = user;
  }

  facts(): TransactionFacts {
    const request = this.#request && parseMessage(this.#request);
    return { route: this.route, callId: request && callId(request), startMs: this.#startMs };
  }

  /** The connection of the request is gone, so none of its responses can come. */
  connectionLost(error: TransportError): void {
    this.#error = error;
    this.lose();
  }

  /** Nothing can be sent: the user hears it as if the network had said so. */
  refuse(error: TransportError): void {
    this.#error = error;
    this.fail();
  }

  protected abstract fail(): void;

  protected abstract lose(): void;

  protected performShared(action: SharedAction): void {
    switch (action) {
      case 'send-request':
        if (this.#request) this.#travel(this.#request);
        if (this.#wasSent) this.#sentAgain();
        this.#wasSent = true;
        return;
      case 'report-response':
        if (this.response) this.#user.onResponse(this.response);
        return;
      case 'report-timeout':
        this.#user.onTimeout();
        return;
      case 'report-transport-error':
        this.host.transportFailed();
        if (this.#error) this.#user.onTransportFailed(this.#error);
        return;
      default:
        action satisfies never;
    }
  }

  protected take(input: number, response: Incoming): void {
    this.response = response;
    this.input(input);
    this.response = undefined;
  }

  protected send(bytes: Uint8Array): string | undefined {
    return this.route.transport.send(bytes, this.route.target, this.#onFailed);
  }

  readonly #onFailed = (error: TransportError): void => {
    this.refuse(error);
  };

  /** Nobody answers so far: perhaps the network knows that nobody is there. @rfc 3261 §18.4 */
  #sentAgain(): void {
    this.host.requestSentAgain();
    const { transport, target } = this.route;
    transport.ask?.(target.address, this.#onFailed);
  }

  #travel(request: Uint8Array): void {
    const connectionId = this.send(request);
    if (connectionId === undefined) return;
    const { transport, target } = this.route;
    this.route = { transport, target: { ...target, connectionId } };
    this.host.travels(this, connectionId);
  }

  protected override retire(): void {
    this.#request = undefined;
  }

  protected override terminated(): void {
    this.#user.onTerminated?.();
  }
}

/** @rfc 3261 §17.1.1, RFC 6026 */
export class InviteClient extends ClientMachine<InviteClientAction> implements ClientTransaction {
  readonly kind = 'invite';
  /** For the ACK and the CANCEL; gone when neither can be needed any more. */
  #invite: SipMessage | undefined;
  #ack: Uint8Array | undefined = undefined;
  #cancel: 'unwanted' | 'wanted' | 'sent' = 'unwanted';
  #cancelLines: CancelLines = [];

  constructor(
    host: ClientHost,
    id: string,
    request: Uint8Array,
    invite: SipMessage,
    route: Route,
    user: ClientTransactionUser,
  ) {
    super(host, INVITE_CLIENT, id, request, route, user);
    this.#invite = invite;
  }

  start(): void {
    this.input(INVITE_CLIENT.input.start);
  }

  receive(status: number, response: Incoming): void {
    const { input } = INVITE_CLIENT;
    this.take(
      status < 200 ? input['recv-1xx'] : status < 300 ? input['recv-2xx'] : input['recv-3xx-6xx'],
      response,
    );
    if (this.#cancel === 'wanted') this.#sendCancel();
  }

  cancel(lines: CancelLines = []): void {
    if (this.#cancel !== 'unwanted') return;
    this.#cancel = 'wanted';
    this.#cancelLines = lines;
    this.#sendCancel();
  }

  protected override perform(action: Exclude<InviteClientAction, TimerAction>): void {
    switch (action) {
      case 'send-ack':
        if (this.#invite && this.response) this.#ack = buildAck(this.#invite, this.response.message);
        if (this.#ack) this.send(this.#ack);
        return;
      case 'report-stray-response':
        if (this.response) this.host.strayResponse(this.response);
        return;
      default:
        this.performShared(action);
    }
  }

  protected override retire(): void {
    super.retire();
    this.#invite = undefined;
  }

  protected override fail(): void {
    this.input(INVITE_CLIENT.input['transport-error']);
  }

  protected override lose(): void {
    this.input(INVITE_CLIENT.input['connection-lost']);
  }

  /** Only a provisional response shows that there is something to cancel; a final one leaves nothing. */
  #sendCancel(): void {
    if (!this.#invite || !this.isIn(INVITE_CLIENT.state.proceeding)) return;
    this.#cancel = 'sent';
    this.host.sendCancel(buildCancel(this.#invite, this.#cancelLines), this.route);
    this.input(INVITE_CLIENT.input['cancel-sent']);
  }
}

/** @rfc 3261 §17.1.2 */
export class NonInviteClient extends ClientMachine<NonInviteClientAction> implements ClientTransaction {
  readonly kind = 'non-invite';

  constructor(host: ClientHost, id: string, request: Uint8Array, route: Route, user: ClientTransactionUser) {
    super(host, NON_INVITE_CLIENT, id, request, route, user);
  }

  start(): void {
    this.input(NON_INVITE_CLIENT.input.start);
  }

  receive(status: number, response: Incoming): void {
    const { input } = NON_INVITE_CLIENT;
    this.take(status < 200 ? input['recv-1xx'] : input['recv-2xx-6xx'], response);
  }

  cancel(): void {
    // A request other than INVITE is not cancelled (9.1).
  }

  protected override perform(action: Exclude<NonInviteClientAction, TimerAction>): void {
    this.performShared(action);
  }

  protected override fail(): void {
    this.input(NON_INVITE_CLIENT.input['transport-error']);
  }

  protected override lose(): void {
    this.input(NON_INVITE_CLIENT.input['connection-lost']);
  }
}
