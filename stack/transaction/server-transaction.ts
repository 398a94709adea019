import type { Address } from '../core/address.ts';
import { toHeader } from '../message/headers/name-addr.ts';
import { callId } from '../message/headers/simple.ts';
import { topVia } from '../message/headers/via.ts';
import type { SipMessage } from '../message/message.ts';
import { parseMessage } from '../message/parse.ts';
import { buildResponse } from '../message/response.ts';
import type { Target, Transport, TransportError } from '../transport/transport.ts';
import type { CompiledMachine, TimerAction } from './fsm.ts';
import { INVITE_SERVER, type InviteServerAction } from './invite-server-fsm.ts';
import { hasUniqueBranch, serverKey } from './matching.ts';
import { NON_INVITE_SERVER, type NonInviteServerAction } from './non-invite-server-fsm.ts';
import { routeOfResponse } from './response-route.ts';
import { timerEReachesT2 } from './timers.ts';
import { Transaction, type TransactionHost } from './transaction.ts';
import type {
  Incoming,
  Responder,
  ServerTransaction,
  ServerTransactionUser,
  TransactionFacts,
} from './types.ts';

/** What server transactions need of the layer. */
export interface ServerHost extends TransactionHost {
  /** An ACK that the machine does not absorb. */
  acknowledged(ack: Incoming): void;
  transportFailed(): void;
  ended(transaction: InviteServer | NonInviteServer): void;
  /** All that is left to do is to send this again. @returns whether it is kept for that, with a timer J of its own. */
  answered(transaction: NonInviteServer, answer: Answer): boolean;
  /** One that had left, and that nobody keeps, absorbs retransmissions itself after all. */
  lingers(): void;
  /** What is kept of a transaction could not be sent; it may be over since. */
  answerFailed(transaction: NonInviteServer): void;
}

/** A final response and where it went. */
export interface Answer {
  readonly response: Uint8Array;
  readonly transport: Transport;
  readonly address: Address;
}

const NO_USER: ServerTransactionUser = {};

type SharedAction = 'send-100' | 'send-response' | 'report-transport-error';

/**
 * What both server machines have in common. It holds the request until it has a response, and once retired little more than its key and
 * the octets of that response; the request as a whole belongs to the handle that the user has.
 */
abstract class ServerMachine<A extends string> extends Transaction<A, ServerHost> {
  readonly side = 'server';
  /** Finds it among the others. */
  readonly key: number;
  user: ServerTransactionUser = NO_USER;
  /** Finds merged requests. @rfc 3261 §8.2.2.2 */
  mergeKey: number | undefined = undefined;
  readonly #transport: Transport;
  readonly #target: Target;
  #id: string | undefined = undefined;
  /** Until the transaction is retired. */
  #request: Incoming | undefined;
  #response: Uint8Array | undefined = undefined;
  /** What the input at hand is about: a response that the machine may send or refuse, or why sending failed. */
  #offered: Uint8Array | TransportError | undefined = undefined;

  protected constructor(host: ServerHost, machine: CompiledMachine<A>, key: number, incoming: Incoming) {
    super(host, machine, incoming.transport.isReliable);
    this.key = key;
    this.#request = incoming;
    const { transport, target } = routeOfResponse(incoming);
    this.#transport = transport;
    this.#target = target;
  }

  get id(): string {
    return (this.#id ??= this.#request === undefined ? '' : idOf(this.#request.message));
  }

  facts(): TransactionFacts {
    const message = this.#request?.message ?? (this.#response && parseMessage(this.#response));
    const [timer] = this.timers;
    return {
      route: { transport: this.#transport, target: this.#target },
      callId: message && callId(message),
      startMs: this.receivedMs ?? (timer && timer.dueMs - timer.delayMs),
    };
  }

  /** The user has not answered yet, neither provisionally nor finally. */
  get isSilent(): boolean {
    return this.#response === undefined && !this.isRetired;
  }

  /** To tag of the latest response, where it has one. */
  get responseTag(): string | undefined {
    return this.#response && toHeader(parseMessage(this.#response))?.tag;
  }

  abstract receiveRequest(): void;
  /** The user has returned without an answer. */
  abstract leftUnanswered(): void;
  abstract respond(status: number, response: Uint8Array): void;

  /** The machine's input for a response that could not be sent. */
  protected abstract get failure(): number;

  /** When the request came; undefined once the transaction is retired. */
  protected get receivedMs(): number | undefined {
    return this.#request?.received.atMs;
  }

  protected offer(input: number, what: Uint8Array | TransportError): void {
    this.#offered = what;
    this.input(input);
    this.#offered = undefined;
  }

  protected performShared(action: SharedAction): void {
    switch (action) {
      case 'send-100':
        if (this.#request) this.#response = tryingTo(this.#request);
        this.#send();
        return;
      case 'send-response':
        if (this.#offered instanceof Uint8Array) this.#response = this.#offered;
        this.#send();
        return;
      case 'report-transport-error':
        this.host.transportFailed();
        if (this.#offered instanceof Error) this.user.onTransportFailed?.(this.#offered);
        return;
      default:
        action satisfies never;
    }
  }

  /** Somebody wants to hear of what may still come. */
  protected get hasUser(): boolean {
    return this.user.onTerminated !== undefined || this.user.onTransportFailed !== undefined;
  }

  /** Its request is of RFC 3261; false once the transaction is retired. */
  protected get isNamedByBranch(): boolean {
    const via = this.#request && topVia(this.#request.message);
    return via !== undefined && hasUniqueBranch(via);
  }

  /** What is left to send again; undefined without a response. */
  protected get answer(): Answer | undefined {
    const response = this.#response;
    return response && { response, transport: this.#transport, address: this.#target.address };
  }

  protected sendFailed(error: TransportError): void {
    this.offer(this.failure, error);
  }

  protected forgetResponse(): void {
    this.#response = undefined;
  }

  protected forgetMessages(): void {
    this.#request = undefined;
    this.#response = undefined;
    this.user = NO_USER;
  }

  protected override retire(): void {
    this.#id = this.id;
    this.#request = undefined;
    if (!this.hasUser) this.user = NO_USER;
  }

  protected override terminated(): void {
    this.user.onTerminated?.();
  }

  #send(): void {
    if (this.#response === undefined) return;
    this.#transport.send(this.#response, this.#target, (error) => {
      this.sendFailed(error);
    });
  }
}

/** {@link serverKey} of a request that opens a transaction. */
function idOf(request: SipMessage): string {
  const { startLine } = request;
  const via = topVia(request);
  if (startLine.kind !== 'request' || via === undefined) return '';
  return serverKey(request, startLine.uri, via, startLine.method);
}

function tryingTo({ message, received }: Incoming): Uint8Array {
  return buildResponse(message, { status: 100, source: received.from });
}

/** @rfc 3261 §17.2.1, RFC 6026 */
export class InviteServer extends ServerMachine<InviteServerAction> {
  #ack: Incoming | undefined = undefined;

  constructor(host: ServerHost, key: number, incoming: Incoming) {
    super(host, INVITE_SERVER, key, incoming);
  }

  get kind(): 'invite' {
    return 'invite';
  }

  receiveRequest(): void {
    this.input(INVITE_SERVER.input['recv-request']);
  }

  /** An ACK with the key of this INVITE. */
  receiveAck(ack: Incoming): void {
    this.#ack = ack;
    this.input(INVITE_SERVER.input['recv-ack']);
    this.#ack = undefined;
  }

  /** Tells the user unless it has given its final response. @rfc 3261 §9.2 */
  receiveCancel(cancel: SipMessage): void {
    if (this.isIn(INVITE_SERVER.state.proceeding)) this.user.onCancelled?.(cancel);
  }

  leftUnanswered(): void {
    this.input(INVITE_SERVER.input.unanswered);
  }

  respond(status: number, response: Uint8Array): void {
    const { input } = INVITE_SERVER;
    this.offer(
      status < 200 ? input['send-1xx'] : status < 300 ? input['send-2xx'] : input['send-3xx-6xx'],
      response,
    );
  }

  protected override perform(action: Exclude<InviteServerAction, TimerAction>): void {
    switch (action) {
      case 'report-ack':
        if (this.#ack) this.host.acknowledged(this.#ack);
        return;
      case 'report-timeout':
        this.user.onTimeout?.();
        return;
      default:
        this.performShared(action);
    }
  }

  protected override get failure(): number {
    return INVITE_SERVER.input['transport-error'];
  }
}

/** @rfc 3261 §17.2.2, RFC 4320 */
export class NonInviteServer extends ServerMachine<NonInviteServerAction> {
  /** What timer J would be set to, while it is open who keeps the transaction until then. */
  #leavingMs: number | undefined = undefined;
  /** Another keeps what is left of it. */
  #hasLeft = false;

  constructor(host: ServerHost, key: number, incoming: Incoming) {
    super(host, NON_INVITE_SERVER, key, incoming);
  }

  get kind(): 'non-invite' {
    return 'non-invite';
  }

  receiveRequest(): void {
    this.input(NON_INVITE_SERVER.input['recv-request']);
  }

  leftUnanswered(): void {
    this.input(NON_INVITE_SERVER.input.unanswered);
  }

  respond(status: number, response: Uint8Array): void {
    this.offer(this.#inputFor(status), response);
    const delayMs = this.#leavingMs;
    if (delayMs === undefined) return;
    this.#leavingMs = undefined;
    const { answer } = this;
    if (answer !== undefined && this.host.answered(this, answer)) {
      this.#hasLeft = true;
      this.forgetMessages();
    } else {
      super.linger(delayMs, NON_INVITE_SERVER.input['timer-j']);
      super.retire();
      this.host.lingers();
    }
  }

  /** Where nobody waits for it and nobody watches, another keeps what is left of it, as soon as the response is out. */
  protected override linger(delayMs: number, input: number): void {
    const isWatched = this.hasUser || this.host.fired.listenerCount > 0;
    if (!this.isReliable && !isWatched && this.isNamedByBranch) this.#leavingMs = delayMs;
    else super.linger(delayMs, input);
  }

  protected override retire(): void {
    if (this.#leavingMs === undefined) super.retire();
  }

  protected override perform(action: Exclude<NonInviteServerAction, TimerAction>): void {
    if (action === 'forget-response') this.forgetResponse();
    else this.performShared(action);
  }

  protected override get failure(): number {
    return NON_INVITE_SERVER.input['transport-error'];
  }

  protected override sendFailed(error: TransportError): void {
    if (this.#hasLeft) this.host.answerFailed(this);
    else super.sendFailed(error);
  }

  #inputFor(status: number): number {
    const { input } = NON_INVITE_SERVER;
    if (status >= 200) return status === 408 ? input['send-408'] : input['send-final'];
    if (status > 100) return input['send-101-199'];
    const elapsedMs = this.host.clock.now() - (this.receivedMs ?? 0);
    const isTime = this.isReliable || elapsedMs >= timerEReachesT2(this.timing);
    return isTime ? input['send-100'] : input['send-early-100'];
  }
}

/** What the user holds: the request, and the way to answer it. */
export class ServerHandle implements ServerTransaction {
  readonly incoming: Incoming;
  readonly #machine: InviteServer | NonInviteServer;

  constructor(machine: InviteServer | NonInviteServer, incoming: Incoming) {
    this.#machine = machine;
    this.incoming = incoming;
  }

  get id(): string {
    return idOf(this.incoming.message);
  }

  get kind(): 'invite' | 'non-invite' {
    return this.#machine.kind;
  }

  get state(): string {
    return this.#machine.state;
  }

  get responder(): Responder {
    return this.#machine;
  }

  get user(): ServerTransactionUser {
    return this.#machine.user;
  }

  set user(user: ServerTransactionUser) {
    this.#machine.user = user;
  }

  respond(status: number, bytes: Uint8Array): void {
    this.#machine.respond(status, bytes);
  }
}
