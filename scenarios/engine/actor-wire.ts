import type { Address } from '../../stack/core/address.ts';
import type { Clock, Timer } from '../../stack/core/clock.ts';
import type { Ids } from '../../stack/core/ids.ts';
import { encode, type RequestDraft } from '../../stack/message/draft.ts';
import { cseq } from '../../stack/message/headers/cseq.ts';
import { callId } from '../../stack/message/headers/simple.ts';
import type { SipMessage } from '../../stack/message/message.ts';
import { toBytes } from '../../stack/message/octets.ts';
import { parseMessage } from '../../stack/message/parse.ts';
import {
  DEFAULT_TIMING,
  type Incoming,
  type Route,
  type ServerTransaction,
} from '../../stack/transaction/types.ts';
import type { ActorSocket, SocketUser } from './actor-socket.ts';
import type { ActorFault } from './program.ts';
import type { Action, Event } from './events.ts';
import { RawSender } from './raw-sender.ts';
import { OpenRequest, type RequestOwner } from './open-request.ts';
import type { RunTrace } from './run-trace.ts';

export interface WireOptions {
  readonly name: string;
  readonly socket: ActorSocket;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly tell: (event: Event) => void;
  readonly trace: RunTrace | undefined;
  /** Sees each message once, those that are sent before they leave. */
  readonly watch?: (direction: 'in' | 'out', bytes: Uint8Array, peer: Address) => void;
}

type Of<K extends Action['kind']> = Extract<Action, { readonly kind: K }>;

/** What one run does over the socket of an actor: carries out what the engine wants, and tells it what comes. */
export class ActorWire implements SocketUser, RequestOwner {
  readonly #options: WireOptions;
  readonly #servers = new Map<string, ServerTransaction>();
  /** Top Via of each INVITE of ours, for its CANCEL. */
  readonly #vias = new Map<number, string>();
  /** ACKs by Call-ID and CSeq number: a 2xx that comes again gets its own again. @rfc 3261 §13.2.2.4 */
  readonly #acks = new Map<string, () => void>();
  /** 2xx that nobody has acknowledged, by Call-ID and CSeq number. @rfc 3261 §13.3.1.4 */
  readonly #unacknowledged = new Map<string, Timer>();
  readonly #callIds = new Set<string>();
  #raw: RawSender | undefined;
  readonly #requests: OpenRequest[] = [];
  #open = 0;
  #onIdle: (() => void) | undefined;

  constructor(options: WireOptions) {
    this.#options = options;
    options.socket.enter(this);
  }

  get address(): Address {
    return this.#options.socket.address;
  }

  request({ request, draft, nextHop, sameBranchAs, stepId }: Of<'request'>): void {
    const { ids, socket, trace } = this.#options;
    const own = `${socket.via};rport;branch=${ids.branch()}`;
    const via = (sameBranchAs === undefined ? undefined : this.#vias.get(sameBranchAs)) ?? own;
    if (draft.method === 'INVITE') this.#vias.set(request, via);
    const isGiven = draft.headers.some(([name]) => name.length <= 3 && /^(via|v)$/i.test(name));
    const whole: RequestDraft = isGiven ? draft : { ...draft, headers: [['Via', via], ...draft.headers] };
    const bytes = encode(whole);
    trace?.sends(bytes, stepId);
    socket.route(nextHop, (route) => {
      if (typeof route === 'string') this.onUnanswered(request, route);
      else this.#send(bytes, draft.method, request, route);
    });
  }

  respond({ transaction, draft, stepId }: Of<'respond'>): void {
    const server = this.#servers.get(transaction);
    if (server === undefined) return;
    const { trace, watch } = this.#options;
    const bytes = encode(draft);
    trace?.sends(bytes, stepId);
    watch?.('out', bytes, server.incoming.received.from);
    server.respond(draft.status, bytes);
    const isAccepted = server.kind === 'invite' && draft.status >= 200 && draft.status < 300;
    if (isAccepted && !server.incoming.transport.isReliable) this.#resend(server.incoming, bytes);
  }

  raw({ text, nextHop, stepId, pieceOctets, pauseMs }: Of<'raw'>): void {
    const { socket, trace, watch } = this.#options;
    this.#join(callId(parseMessage(toBytes(text))));
    socket.route(nextHop, (route) => {
      if (typeof route === 'string') return this.onUnanswered(0, route);
      this.#raw ??= this.#rawSender();
      this.#raw.send(text, route, {
        pieceOctets,
        pauseMs,
        onPiece: (bytes) => {
          trace?.sends(bytes, stepId);
          watch?.('out', bytes, route.target.address);
        },
      });
    });
  }

  disconnect(): void {
    this.#options.socket.disconnect();
  }

  /** The socket misbehaves from now on: for all who share it. */
  fault(fault: ActorFault): void {
    this.#options.socket.arm(fault);
  }

  /** Calls back, at once where that is so already, when nothing of ours waits for an answer any more. */
  whenIdle(done: () => void): void {
    if (this.#open === 0) done();
    else this.#onIdle = done;
  }

  /** Takes part no more; what the transactions still do they do by themselves. */
  leave(): void {
    for (const timer of this.#unacknowledged.values()) timer.cancel();
    this.#raw?.dispose();
    this.#options.socket.exit(this);
    for (const id of this.#callIds) this.#options.socket.leave(id);
    for (const request of this.#requests) request.letGo();
    for (const server of this.#servers.values()) server.user = {};
  }

  onRequest(transaction: ServerTransaction): void {
    const { name, tell, watch } = this.#options;
    const { message, received } = transaction.incoming;
    watch?.('in', received.bytes, received.from);
    this.#join(callId(message));
    this.#servers.set(transaction.id, transaction);
    transaction.user = {
      // The layer has answered it.
      onCancelled: (cancel) =>
        tell({ kind: 'request', actor: name, message: cancel, transaction: undefined }),
      onTerminated: () => this.#servers.delete(transaction.id),
    };
    tell({ kind: 'request', actor: name, message, transaction: transaction.id });
  }

  onAck({ message, received }: Incoming): void {
    const { name, tell, watch } = this.#options;
    watch?.('in', received.bytes, received.from);
    this.#unacknowledged.get(callKey(message))?.cancel();
    tell({ kind: 'request', actor: name, message, transaction: undefined });
  }

  onAcceptedAgain(response: SipMessage): void {
    this.#acks.get(callKey(response))?.();
  }

  onRepeated(message: SipMessage): void {
    this.#options.tell({ kind: 'repeated', actor: this.#options.name, message });
  }

  onDisconnected(): void {
    const { name, tell } = this.#options;
    tell({ kind: 'disconnected', actor: name });
  }

  onResponse({ message, received }: Incoming, request: number): void {
    const { name, tell, watch } = this.#options;
    watch?.('in', received.bytes, received.from);
    tell({ kind: 'response', actor: name, message, request });
  }

  onUnanswered(request: number, reason: string): void {
    this.#options.tell({ kind: 'unanswered', actor: this.#options.name, request, reason });
  }

  onClosed(): void {
    if (--this.#open === 0) this.#onIdle?.();
  }

  #rawSender(): RawSender {
    const { name, tell, clock, socket, watch } = this.#options;
    return new RawSender({
      transport: socket.transport,
      clock,
      onResponse: (message, from) => {
        watch?.('in', message.bytes, from);
        tell({ kind: 'response', actor: name, message, request: 0 });
      },
      onFailed: ({ message }) => this.onUnanswered(0, `what was sent raw did not arrive: ${message}`),
    });
  }

  #join(id: string | undefined): void {
    if (id === undefined || this.#callIds.has(id)) return;
    this.#callIds.add(id);
    this.#options.socket.join(id, this);
  }

  #send(bytes: Uint8Array<ArrayBuffer>, method: string, request: number, route: Route): void {
    const { socket, watch } = this.#options;
    const message = parseMessage(bytes);
    this.#join(callId(message));
    watch?.('out', bytes, route.target.address);
    if (method === 'ACK') {
      const send = (): void => {
        socket.layer.send(bytes, route);
      };
      this.#acks.set(callKey(message), send);
      send();
      return;
    }
    this.#open++;
    const open = new OpenRequest(this, request, method);
    this.#requests.push(open);
    socket.layer.request(bytes, message, route, open);
  }

  #resend(invite: Incoming, bytes: Uint8Array): void {
    const { clock } = this.#options;
    const { t1Ms, t2Ms } = DEFAULT_TIMING;
    const key = callKey(invite.message);
    const { layer } = this.#options.socket;
    const route = layer.routeOfResponse(invite);
    const again = (delayMs: number, leftMs: number): void => {
      this.#unacknowledged.get(key)?.cancel();
      if (leftMs <= 0) return;
      const timer = clock.after(delayMs, () => {
        layer.send(bytes, route);
        again(Math.min(2 * delayMs, t2Ms), leftMs - delayMs);
      });
      this.#unacknowledged.set(key, timer);
    };
    again(t1Ms, 64 * t1Ms);
  }
}

const callKey = (message: SipMessage): string => `${callId(message) ?? ''} ${cseq(message)?.number ?? ''}`;
