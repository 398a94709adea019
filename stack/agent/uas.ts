import { Emitter, type Unsubscribe } from '../core/emitter.ts';
import type { OnLimit } from '../core/limits.ts';
import type { Dialog } from '../dialog/dialog.ts';
import { DialogStore } from '../dialog/dialog-store.ts';
import { contacts } from '../message/headers/name-addr.ts';
import { topVia } from '../message/headers/via.ts';
import type { SipMessage } from '../message/message.ts';
import { hasUniqueBranch } from '../transaction/matching.ts';
import type { Incoming, ServerTransaction } from '../transaction/types.ts';
import type { Handler } from './handler.ts';
import { inspect, isInDialog, refuseMethod } from './inspection.ts';
import { LatePracks } from './late-pracks.ts';
import type { Refusal } from './refusal.ts';
import type { ReliableProvisionals } from './reliable-provisionals.ts';
import { UasInvite } from './server-invite.ts';
import { UasRequest, type ServingAgent } from './server-request.ts';
import type { Session } from './session.ts';
import { answerUnserved } from './unserved.ts';
import type { UsageContext } from './usage.ts';

/** Seconds after which a caller may try again when the server is full or stopping. */
const RETRY_AFTER_SEC = 5;

export interface UasLimits {
  /** Calls at the same time; further ones get 503. */
  readonly maxSessions: number;
  readonly onLimit: OnLimit | undefined;
}

/** The user agent server core: decides what a request is, and hands it to the handlers. @rfc 3261 §8.2 */
export class Uas implements ServingAgent {
  readonly context: UsageContext;
  readonly #sessions = new DialogStore<Session>();
  readonly #parked = new Set<UasRequest>();
  readonly #sessionAdded = new Emitter<Session>();
  readonly #limits: UasLimits;
  readonly #latePracks: LatePracks;
  #handler: Handler;
  #isAccepting = true;
  readonly #onChange: () => void;

  /** @param onChange - a call or an open request is over. */
  constructor(context: UsageContext, handler: Handler, limits: UasLimits, onChange: () => void) {
    this.context = context;
    this.#latePracks = new LatePracks(context);
    this.#onChange = onChange;
    this.#handler = handler;
    this.#limits = limits;
  }

  set handler(handler: Handler) {
    this.#handler = handler;
  }

  get sessions(): Iterable<Session> {
    return this.#sessions.values();
  }

  get sessionCount(): number {
    return this.#sessions.size;
  }

  /** No call, and no request whose handler has not answered yet. */
  get isIdle(): boolean {
    return this.#sessions.size === 0 && this.#parked.size === 0;
  }

  addSession(session: Session): void {
    this.#sessions.set(session.dialog, session);
    this.#sessionAdded.emit(session);
  }

  onSession(listener: (session: Session) => void): Unsubscribe {
    return this.#sessionAdded.on(listener);
  }

  removeSession(session: Session): void {
    this.#sessions.delete(session.dialog);
    this.#onChange();
  }

  expectPrack(dialog: Dialog, provisionals: ReliableProvisionals): void {
    this.#latePracks.expect(dialog, provisionals);
  }

  onAnswered(request: UasRequest): void {
    this.#parked.delete(request);
    this.#onChange();
  }

  /** A request that opened a transaction. */
  onRequest(transaction: ServerTransaction): void {
    const { message } = transaction.incoming;
    const { startLine } = message;
    if (startLine.kind !== 'request') return;
    const { method, uri } = startLine;
    const inDialog = isInDialog(message);
    const request = this.#open(transaction, method);
    const { session } = request;
    const { capabilities } = this.context.listeners;
    const refusal =
      inspect({ message, method, uri, capabilities }) ??
      (inDialog ? this.#admitInDialog(session, message, method) : this.#admit(transaction.incoming, method));
    if (method === 'PRACK' && session === undefined && this.#latePracks.takes(message)) request.respond(200);
    else if (refusal !== undefined) request.refuse(refusal);
    else if (method === 'BYE' && session !== undefined) this.#bye(request, session);
    else if (inDialog && this.context.usages.offer(request)) return;
    else if (inDialog && session === undefined) request.refuse({ status: 481 });
    else this.#serve(request, session);
  }

  /** Gives a request this final response and no other. */
  answer(transaction: ServerTransaction, response: Refusal): void {
    const { startLine } = transaction.incoming.message;
    if (startLine.kind === 'request') this.#open(transaction, startLine.method).refuse(response);
  }

  /** The ACK of a 2xx. */
  onAck(ack: Incoming): void {
    this.#sessions.ofRequest(ack.message)?.onAck(ack.message);
  }

  /** The session a response of the peer belongs to. */
  sessionOfResponse(message: SipMessage): Session | undefined {
    return this.#sessions.ofResponse(message);
  }

  /** The call that lives in a dialog the peer does not know any more ends. */
  loseDialog(dialog: Dialog, reason: string): void {
    this.#sessions.get(dialog)?.fail(reason);
  }

  /** Refuses new requests with 503, answers open ones with 503 and ends every call. */
  stop(): void {
    this.#isAccepting = false;
    for (const request of [...this.#parked]) request.refuse(unavailable());
    for (const session of [...this.#sessions.values()]) {
      // An early dialog of a call of ours ends with the call's CANCEL.
      if (session.role === 'uas' || session.state !== 'early') session.hangUp();
    }
  }

  /** Forgets everything without a word on the wire. */
  dispose(): void {
    for (const session of [...this.#sessions.values()]) {
      session.end({ by: 'failure', reason: 'the agent was stopped' });
    }
    for (const request of this.#parked) request.dispose();
    this.#parked.clear();
    this.#latePracks.dispose();
  }

  #open(transaction: ServerTransaction, method: string): UasRequest {
    const { message } = transaction.incoming;
    const session = isInDialog(message) ? this.#sessions.ofRequest(message) : undefined;
    const Kind = method === 'INVITE' ? UasInvite : UasRequest;
    const request = new Kind(this, transaction, method, session);
    transaction.user = request;
    return request;
  }

  #admit({ message, received }: Incoming, method: string): Refusal | undefined {
    if (!this.#isAccepting) return unavailable();
    // Outside of a dialog there is no call to end (15.1.2), and no response to acknowledge (RFC 3262 3).
    if (method === 'BYE' || method === 'PRACK') return { status: 481 };
    if (method !== 'INVITE') return undefined;
    if (contacts(message).length === 0 && !isFromOldPeer(message))
      return { status: 400, reason: 'Missing Contact' };
    if (this.#sessions.size < this.#limits.maxSessions) return undefined;
    const atMs = this.context.clock.now();
    this.#limits.onLimit?.({ limit: 'dialogs', source: received.from, atMs });
    return unavailable();
  }

  #admitInDialog(session: Session | undefined, message: SipMessage, method: string): Refusal | undefined {
    if (session !== undefined) return session.requests.admit(message, method);
    return this.context.usages.has(message) ? undefined : { status: 481 };
  }

  #bye(request: UasRequest, session: Session): void {
    if (this.#handler.admitsBye?.(request) === false) return;
    const headers = request.user?.proof('');
    request.respond(200, headers === undefined ? {} : { headers });
    session.onBye(request.message);
  }

  #serve(request: UasRequest, session: Session | undefined): void {
    session?.requests.begin(request);
    const { capabilities } = this.context.listeners;
    const working = this.#handler.handle(request, () => {
      if (session !== undefined && answerUnserved(request, session)) return;
      request.refuse(refuseMethod(request.method, capabilities));
    });
    if (request.isAnswered) return;
    request.park();
    this.#parked.add(request);
    session?.requests.park(request);
    // A handler that fails has a bug: the rejection goes to the edge of the process, as a thrown error would.
    void working;
  }
}

function unavailable(): Refusal {
  return { status: 503, headers: [['Retry-After', String(RETRY_AFTER_SEC)]] };
}

/** RFC 2543 made Contact optional: its From says where such a caller is. @rfc 4475 §3.4.1 */
function isFromOldPeer(message: SipMessage): boolean {
  const via = topVia(message);
  return via !== undefined && !hasUniqueBranch(via);
}
