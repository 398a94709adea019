import type { Clock } from '../core/clock.ts';
import type { Ids } from '../core/ids.ts';
import type { Dialog } from '../dialog/dialog.ts';
import { buildResponse } from '../message/response.ts';
import { toHeader } from '../message/headers/name-addr.ts';
import type { SipMessage } from '../message/message.ts';
import type { Incoming, ServerTransaction, ServerTransactionUser } from '../transaction/types.ts';
import { isInDialog } from './inspection.ts';
import { bodyText } from '../message/octets.ts';
import { SDP_TYPE, sentSdp } from './body.ts';
import type { AgentContext } from './context.ts';
import type { AuthenticatedUser, Reply, ServerRequest } from './handler.ts';
import type { HeaderLine } from './header-line.ts';
import type { Face } from './listeners.ts';
import type { Refusal } from './refusal.ts';
import type { ReliableProvisionals } from './reliable-provisionals.ts';
import type { Session } from './session.ts';

/** What a request needs of the agent that serves it. */
export interface ServingAgent {
  readonly context: AgentContext;
  addSession(session: Session): void;
  removeSession(session: Session): void;
  /** A call was refused before its PRACK came. */
  expectPrack(dialog: Dialog, provisionals: ReliableProvisionals): void;
  /** A request got its final response after its handler had returned. */
  onAnswered(request: UasRequest): void;
}

/** Methods whose 2xx tells where we can be reached. @rfc 3261 §12.1.1, RFC 3311 §5.2, RFC 6665 §4.2.1.1, RFC 3515 §2.4.1 */
const WITH_CONTACT = new Set(['UPDATE', 'SUBSCRIBE', 'REFER', 'NOTIFY']);

/** Methods whose 101 to 299 make a dialog, and repeat Record-Route. @rfc 3261 §12.1.1, RFC 6665 §4.4.1 */
const MAKES_DIALOG = new Set(['INVITE', 'SUBSCRIBE', 'REFER', 'NOTIFY']);

/** A request and its server transaction: adds to each response what the RFC demands. @rfc 3261 §8.2.6 */
export class UasRequest implements ServerRequest, ServerTransactionUser {
  readonly method: string;
  readonly message: SipMessage;
  readonly incoming: Incoming;
  session: Session | undefined;
  user: AuthenticatedUser | undefined;
  hasBegun = false;
  protected readonly agent: ServingAgent;
  protected readonly face: Face;
  protected readonly transaction: ServerTransaction;
  #isAnswered = false;
  #isFinal = false;
  #isParked = false;
  #toTag: string | undefined;
  #onAbandoned: ((cancel?: SipMessage) => void) | undefined;

  constructor(
    agent: ServingAgent,
    transaction: ServerTransaction,
    method: string,
    session: Session | undefined,
  ) {
    this.agent = agent;
    this.transaction = transaction;
    this.method = method;
    this.incoming = transaction.incoming;
    this.message = transaction.incoming.message;
    this.session = session;
    this.face = agent.context.listeners.faceTo(transaction.incoming);
  }

  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  get localHost(): string {
    return this.face.host;
  }

  get clock(): Clock {
    return this.agent.context.clock;
  }

  get ids(): Ids {
    return this.agent.context.ids;
  }

  respond(status: number, reply: Reply = {}): void {
    if (this.#isAnswered) return;
    if (status >= 200) this.#isAnswered = true;
    this.dispatch(status, reply);
  }

  /** The agent's own final response, in place of the handler's. */
  refuse(refusal: Refusal, cancel?: SipMessage): void {
    if (this.#isFinal) return;
    this.#isAnswered = true;
    this.dispatch(refusal.status, refusal);
    const listener = this.#onAbandoned;
    this.#onAbandoned = undefined;
    listener?.(cancel);
  }

  /** Its handler has returned and answers later. */
  park(): void {
    this.#isParked = true;
  }

  /** Forgets everything without a word on the wire. */
  dispose(): void {
    this.#onAbandoned = undefined;
  }

  onAbandoned(listener: (cancel?: SipMessage) => void): void {
    this.#onAbandoned = listener;
  }

  onCancelled(cancel: SipMessage): void {
    this.refuse({ status: 487 }, cancel);
  }

  get localTag(): string {
    return toHeader(this.message)?.tag ?? this.toTag;
  }

  /** The same in every response above 100. @rfc 3261 §8.2.6.2 */
  protected get toTag(): string {
    return (this.#toTag ??= this.agent.context.ids.tag());
  }

  /** Sends a response, now or when its turn comes. */
  protected dispatch(status: number, reply: Reply): void {
    this.write(status, reply);
  }

  /** Sends a response now. @returns its octets. */
  protected write(status: number, reply: Reply, extra = NO_LINES): Uint8Array {
    if (status >= 200) this.#isFinal = true;
    const bytes = this.#encode(status, reply, extra.length > 0 ? extra : this.#timerLines(status, reply));
    this.transmit(status, bytes);
    if (status >= 200) this.finished(status, sentSdp(reply.body, reply.contentType));
    return bytes;
  }

  protected transmit(status: number, bytes: Uint8Array): void {
    this.transaction.respond(status, bytes);
  }

  /** The final response is out. */
  protected finished(status: number, sdp: string | undefined): void {
    this.session?.requests.finish(this, status, sdp);
    if (this.#isParked) this.agent.onAnswered(this);
  }

  /** Static lines of a response with this status. */
  protected lines(status: number): readonly HeaderLine[] {
    const needsContact = WITH_CONTACT.has(this.method) && status >= 200 && status < 300;
    return needsContact ? this.face.reachable : this.face.plain;
  }

  #encode(status: number, reply: Reply, extra: readonly HeaderLine[]): Uint8Array {
    const { body } = reply;
    return buildResponse(this.message, {
      status,
      reason: reply.reason,
      toTag: status > 100 && !isInDialog(this.message) ? this.toTag : undefined,
      headers: this.#headers(status, reply, this.#withProof(status, body, extra)),
      body,
      contentType: body === undefined ? undefined : (reply.contentType ?? SDP_TYPE),
      source: this.incoming.received.from,
      copyRecordRoute: MAKES_DIALOG.has(this.method) && status > 100 && status < 300,
    });
  }

  #headers(status: number, reply: Reply, extra: readonly HeaderLine[]): readonly HeaderLine[] {
    const lines = this.#secured(reply.capabilities === true ? this.face.capable : this.lines(status));
    const given = reply.headers ?? NO_LINES;
    return given.length === 0 && extra.length === 0 ? lines : [...extra, ...given, ...lines];
  }

  /** In a dialog begun by a sips URI Contact is one too. @rfc 3261 §12.1.1 */
  #secured(lines: readonly HeaderLine[]): readonly HeaderLine[] {
    if (this.session?.dialog.isSecure !== true) return lines;
    const { contact, secureContact } = this.face;
    return lines.map((line) => (line === contact ? secureContact : line));
  }

  #withProof(
    status: number,
    body: string | Uint8Array | undefined,
    extra: readonly HeaderLine[],
  ): readonly HeaderLine[] {
    if (this.user === undefined || status < 200 || status >= 300) return extra;
    return [...extra, ...this.user.proof(bodyText(body))];
  }

  /** What a 2xx to INVITE or UPDATE says about the session timer. @rfc 4028 §9 */
  #timerLines(status: number, { sessionTimer }: Reply): readonly HeaderLine[] {
    const { session } = this;
    const isSuccess = status >= 200 && status < 300;
    if (!isSuccess || session === undefined || !CARRIES_TIMER.has(this.method)) return NO_LINES;
    if (sessionTimer !== undefined) session.requests.timerPolicy = sessionTimer;
    if (session.state !== 'confirmed' && this.method === 'UPDATE') return NO_LINES;
    const policy = session.requests.timerPolicy;
    // Most calls have no timer: nothing is made for them.
    if (policy !== undefined && (policy.intervalSec !== undefined || asksForTimer(this.message)))
      return session.useTimer(policy).answering(this.message);
    return session.refresh?.answering(this.message) ?? NO_LINES;
  }
}

const NO_LINES: readonly HeaderLine[] = [];

/** Methods whose 2xx may agree on a session timer. @rfc 4028 §3 */
const CARRIES_TIMER: ReadonlySet<string> = new Set(['INVITE', 'UPDATE']);

function asksForTimer(request: SipMessage): boolean {
  return request.first('Session-Expires') !== undefined;
}
