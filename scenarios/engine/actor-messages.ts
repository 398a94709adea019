import { AuthExchange } from '../../stack/auth/auth-exchange.ts';
import type { CredentialStore } from '../../stack/auth/credential-store.ts';
import { authRequest } from '../../stack/agent/auth-request.ts';
import type { DraftHeader, RequestDraft } from '../../stack/message/draft.ts';
import { cseq } from '../../stack/message/headers/cseq.ts';
import { rseq } from '../../stack/message/headers/reliability.ts';
import { callId } from '../../stack/message/headers/simple.ts';
import type { SipMessage } from '../../stack/message/message.ts';
import { encodeText, octetText } from '../../stack/message/octets.ts';
import { reasonPhrase } from '../../stack/message/reason-phrases.ts';
import { answerOffer, makeOffer } from '../../stack/sdp/offer-answer.ts';
import { octetsOf, type RequestSend, type ResponseSend } from '../schema/send.ts';
import { overridden, ScenarioDialog, type Self } from './dialog.ts';
import type { Sending } from './events.ts';
import type { Scope } from './scope.ts';
import { NO_ANSWER, NO_CREDENTIALS, type Unanswered, uselessCredentials } from './unanswered.ts';

/** How an actor looks on the wire. */
export interface Appearance {
  readonly name: string;
  readonly self: Self;
  /** IP literal. */
  readonly host: string;
  readonly target: string;
  /** URI of where every request goes first. */
  readonly outboundProxy: string | undefined;
  /** Its address of record: what it registers, and whose state it publishes. */
  readonly aor: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly credentials: CredentialStore | undefined;
  readonly acknowledgesByHand: boolean;
  /** Methods that the scenario itself sends or waits for: they are not handled behind its back. */
  readonly handled: ReadonlySet<string>;
}

/** A request of ours that may still be answered. */
interface Sent {
  readonly number: number;
  readonly dialog: ScenarioDialog;
  readonly draft: RequestDraft;
  readonly nextHop: string;
  readonly exchange: AuthExchange | undefined;
  readonly offersSdp: boolean;
  isFinal: boolean;
  isCancelled: boolean;
}

/** A request of the peer that is not answered yet. */
interface Owed {
  readonly transaction: string;
  readonly message: SipMessage;
  readonly dialog: ScenarioDialog;
}

/** Requests that are remembered. Far more than wait for an answer, or for a step to look at theirs. */
const MOST_SENT = 1000;

/** Where RTP would go: nothing listens there. */
const MEDIA_PORT = 40_000;
const SDP = 'application/sdp';

/** The messages of one actor: makes them as a correct agent would where the scenario says nothing else, and remembers what is open. */
export class ActorMessages {
  readonly #look: Appearance;
  readonly #act: (action: Sending) => void;
  readonly #dialogs = new Map<string, ScenarioDialog>();
  readonly #sent = new Map<number, Sent>();
  #owed: readonly Owed[] = [];
  #nextNumber = 1;
  #rseq = 1;
  #sdpVersion = 1;

  constructor(look: Appearance, act: (action: Sending) => void) {
    this.#look = look;
    this.#act = act;
  }

  /** URI of its Contact. */
  get contactUri(): string {
    return this.#look.self.contact.slice(1, -1);
  }

  dialog(name: string): ScenarioDialog {
    let dialog = this.#dialogs.get(name);
    if (dialog === undefined) this.#dialogs.set(name, (dialog = new ScenarioDialog(name, this.#look.self)));
    return dialog;
  }

  /** Those that have begun. */
  get dialogs(): readonly ScenarioDialog[] {
    return [...this.#dialogs.values()].filter(({ isBound }) => isBound);
  }

  /** The dialog a message belongs to by its Call-ID. */
  dialogOf(message: SipMessage): ScenarioDialog | undefined {
    const id = callId(message);
    for (const dialog of this.#dialogs.values()) if (dialog.isBound && dialog.callId === id) return dialog;
    return undefined;
  }

  dialogOfRequest(number: number): ScenarioDialog | undefined {
    return this.#sent.get(number)?.dialog;
  }

  /** @throws ExpressionError */
  send(dialog: ScenarioDialog, what: RequestSend, scope: Scope): void {
    const { method, headers = {}, sdp, body } = what;
    const text = (value: string): string => encodeText(scope.fill(value));
    if (what.new === true) dialog.isEnded = true;
    const invite = method === 'CANCEL' ? this.#inviteOf(dialog) : undefined;
    if (invite !== undefined) {
      this.#cancel(invite, headers, text);
      return;
    }
    const own = this.#ofItself(method);
    const uri = what.uri === undefined ? (own.uri ?? this.#look.target) : text(what.uri);
    const to = what.to === undefined ? own.to : text(what.to);
    const from = what.from === undefined ? own.from : text(what.from);
    if (what.to !== undefined || what.from !== undefined) dialog.rename(what.to && to, what.from && from);
    const draft = dialog.request(method, uri, to, from);
    if (what.uri !== undefined) draft.uri = uri;
    for (const [name, value] of Object.entries(this.#look.headers)) draft.headers.push([name, text(value)]);
    if (dialog.isEstablished && method === 'INFO')
      draft.headers = draft.headers.filter(([name]) => name !== 'Contact');
    const description =
      body === undefined && (sdp ?? method === 'INVITE') !== false
        ? this.#offer(sdp ?? true, method)
        : undefined;
    if (body !== undefined) draft.body = text(octetsOf(body));
    else if (description !== undefined) {
      draft.headers.push(['Content-Type', SDP]);
      draft.body = description;
    }
    draft.headers = overridden(draft.headers, headers, text);
    this.#launch({ dialog, draft, exchange: this.#exchange(what), offersSdp: description !== undefined });
  }

  /** @returns what is wrong: there is nothing to answer. @throws ExpressionError */
  respond(dialog: ScenarioDialog, what: ResponseSend, scope: Scope): string | undefined {
    const { status, reason = reasonPhrase(status), method, headers = {}, sdp, body } = what;
    const owed = [...this.#owed]
      .reverse()
      .find((one) => one.dialog === dialog && (method === undefined || methodOf(one.message) === method));
    if (owed === undefined) return `there is no ${method ?? 'request'} to answer with ${status}`;
    const text = (value: string): string => encodeText(scope.fill(value));
    const draft = dialog.response(owed.message, status, encodeText(reason));
    if (what.reliable === true) draft.headers.push(['Require', '100rel'], ['RSeq', String(this.#rseq++)]);
    const isInvite = methodOf(owed.message) === 'INVITE';
    const wantsSdp = sdp ?? (isInvite && status >= 200 && status < 300);
    if (body !== undefined) draft.body = text(octetsOf(body));
    else if (wantsSdp !== false) {
      draft.headers.push(['Content-Type', SDP]);
      draft.body = this.#answer(owed.message, wantsSdp);
    }
    draft.headers = overridden(draft.headers, headers, text);
    if (status >= 200) this.#owed = this.#owed.filter((one) => one !== owed);
    this.#act({ kind: 'respond', actor: this.#look.name, transaction: owed.transaction, draft });
    return undefined;
  }

  /** A request of the peer: it is owed an answer from now on. */
  owe(message: SipMessage, transaction: string, dialog: ScenarioDialog): void {
    this.#owed = [...this.#owed, { message, transaction, dialog }];
  }

  /** What a correct agent does at once with a response, before the scenario sees it. @returns whether the scenario need not see it. */
  learn(message: SipMessage, number: number): boolean {
    const sent = this.#sent.get(number);
    const { startLine } = message;
    if (sent === undefined || startLine.kind !== 'response') return false;
    sent.dialog.takeResponse(message);
    const { method } = sent.draft;
    if (startLine.status >= 200) sent.isFinal = true;
    if (
      method === 'INVITE' &&
      startLine.status >= 200 &&
      startLine.status < 300 &&
      !this.#look.acknowledgesByHand
    )
      this.#acknowledge(sent, message);
    if (startLine.status > 100 && startLine.status < 200) this.#prack(sent, message);
    return method === 'PRACK' && !this.#look.handled.has('PRACK');
  }

  /** Sends the request again with what the challenge asks for. @returns why it cannot; undefined when it is on its way. */
  answerChallenge(message: SipMessage, number: number): Unanswered | undefined {
    const sent = this.#sent.get(number);
    if (sent?.exchange === undefined)
      return this.#look.credentials === undefined ? NO_CREDENTIALS : NO_ANSWER;
    const outcome = sent.exchange.challenged(message);
    if (outcome.kind === 'give-up') return uselessCredentials(outcome.reason, message);
    const { dialog, draft, exchange, offersSdp } = sent;
    const again = dialog.request(draft.method, draft.uri, undefined, undefined);
    const sequence = again.headers.find(([name]) => name === 'CSeq') ?? ['CSeq', ''];
    const headers = draft.headers
      .filter(([name]) => name !== 'Authorization' && name !== 'Proxy-Authorization')
      .map((line): DraftHeader => (line[0] === 'CSeq' ? sequence : line));
    this.#launch({ dialog, draft: { ...draft, headers }, exchange, offersSdp });
    return undefined;
  }

  /** What comes when the run is over: a challenge is answered, a call that was answered all the same is ended. */
  learnLate(message: SipMessage, number: number, scope: Scope): void {
    this.learn(message, number);
    const dialog = this.dialogOfRequest(number);
    const { startLine } = message;
    if (startLine.kind !== 'response' || dialog === undefined) return;
    if (startLine.status === 401 || startLine.status === 407) this.answerChallenge(message, number);
    else if (cseq(message)?.method === 'INVITE') this.#hangUp(dialog, scope);
  }

  /** Leaves nothing hanging: refuses what is open, cancels and ends calls. */
  cleanUp(scope: Scope): void {
    for (const { message, dialog } of this.#owed) {
      const method = methodOf(message);
      this.respond(dialog, { method, status: method === 'INVITE' ? 487 : 500, sdp: false }, scope);
    }
    for (const sent of [...this.#sent.values()])
      if (sent.draft.method === 'INVITE' && !sent.isFinal && !sent.isCancelled)
        this.#cancel(sent, {}, (text) => text);
    for (const dialog of this.#dialogs.values()) this.#hangUp(dialog, scope);
  }

  /** A request after the end. @rfc 3261 §12.2.2 */
  turnAway(message: SipMessage, transaction: string, scope: Scope): void {
    const dialog = this.dialogOf(message) ?? new ScenarioDialog('', this.#look.self);
    const method = methodOf(message);
    const isEnd = method === 'BYE' && dialog.isBound;
    if (isEnd) dialog.isEnded = true;
    this.owe(message, transaction, dialog);
    this.respond(dialog, { method, status: isEnd ? 200 : 481, sdp: false }, scope);
  }

  /** Once: a BYE that nobody answers is not sent anew. */
  #hangUp(dialog: ScenarioDialog, scope: Scope): void {
    const { isEstablished, isEnded, hasCall, callId: id } = dialog;
    if (!isEstablished || isEnded || !hasCall) return;
    // Of this call: one of the same name before it has another Call-ID.
    const hasBye = [...this.#sent.values()].some(
      ({ draft }) =>
        draft.method === 'BYE' && draft.headers.some(([name, value]) => name === 'Call-ID' && value === id),
    );
    if (!hasBye) this.send(dialog, { method: 'BYE' }, scope);
  }

  /** A registration and a publication are about its own address of record. @rfc 3261 §10.2, RFC 3903 §4 */
  #ofItself(method: string): { readonly uri?: string; readonly to?: string; readonly from?: string } {
    const { target, aor } = this.#look;
    if (method === 'PUBLISH') return { uri: aor, to: aor, from: aor };
    if (method !== 'REGISTER') return {};
    return { uri: target.replace(/^(sips?:)[^@]*@/i, '$1'), to: aor, from: aor };
  }

  /** The last one. */
  #inviteOf(dialog: ScenarioDialog): Sent | undefined {
    return [...this.#sent.values()]
      .reverse()
      .find((one) => one.dialog === dialog && one.draft.method === 'INVITE');
  }

  #exchange({ auth }: RequestSend): AuthExchange | undefined {
    const { credentials } = this.#look;
    return credentials === undefined || auth === false ? undefined : new AuthExchange(credentials);
  }

  #launch(sent: Omit<Sent, 'number' | 'nextHop' | 'isFinal' | 'isCancelled'>): void {
    const { dialog, draft, exchange, offersSdp } = sent;
    const { outboundProxy, target, aor } = this.#look;
    // Its home is where its target is, whatever its domain is called.
    const nextHop = outboundProxy ?? dialog.nextHop(draft.uri === aor ? target : draft.uri, target);
    if (exchange !== undefined)
      for (const [name, value] of exchange.lines(authRequest(draft, nextHop)))
        draft.headers.push([name, value]);
    const number = this.#nextNumber++;
    const isFinal = draft.method === 'ACK';
    this.#sent.set(number, {
      number,
      dialog,
      draft,
      nextHop,
      exchange,
      offersSdp,
      isFinal,
      isCancelled: false,
    });
    this.#forget();
    this.#act({ kind: 'request', actor: this.#look.name, request: number, draft, nextHop });
  }

  /** The oldest that is answered goes when there are many: a step that is repeated without end must not fill the memory. */
  #forget(): void {
    if (this.#sent.size <= MOST_SENT) return;
    for (const [number, { isFinal, dialog, draft }] of this.#sent) {
      // The last INVITE of a call may still be cancelled, or acknowledged again.
      if (!isFinal || (draft.method === 'INVITE' && this.#inviteOf(dialog)?.number === number)) continue;
      this.#sent.delete(number);
      return;
    }
  }

  #cancel(sent: Sent, headers: RequestSend['headers'] & object, text: (value: string) => string): void {
    const { draft, nextHop, number, dialog } = sent;
    sent.isCancelled = true;
    const kept = draft.headers.filter(([name]) =>
      ['Route', 'Max-Forwards', 'From', 'To', 'Call-ID'].includes(name),
    );
    const sequence = draft.headers.find(([name]) => name === 'CSeq')?.[1].split(' ')[0] ?? '';
    const cancel: RequestDraft = {
      method: 'CANCEL',
      uri: draft.uri,
      headers: overridden([...kept, ['CSeq', `${sequence} CANCEL`]], headers, text),
    };
    const request = this.#nextNumber++;
    this.#sent.set(request, {
      number: request,
      dialog,
      draft: cancel,
      nextHop,
      exchange: undefined,
      offersSdp: false,
      isFinal: false,
      isCancelled: false,
    });
    this.#act({
      kind: 'request',
      actor: this.#look.name,
      request,
      draft: cancel,
      nextHop,
      sameBranchAs: number,
    });
  }

  /** @rfc 3261 §13.2.2.4; where the 2xx brought the offer, the ACK brings the answer. */
  #acknowledge(sent: Sent, response: SipMessage): void {
    const { dialog } = sent;
    const draft = dialog.request('ACK', sent.draft.uri, undefined, undefined);
    draft.headers = draft.headers.filter(([name]) => name !== 'Contact');
    const credentials = sent.draft.headers.filter(([name]) => /^(Proxy-)?Authorization$/.test(name));
    draft.headers.push(...credentials);
    const offer = octetText(response.bytes, response.body.start, response.body.end);
    if (!sent.offersSdp && offer !== '') {
      draft.headers.push(['Content-Type', SDP]);
      draft.body = this.#answer(response, true);
    }
    this.#launch({ dialog, draft, exchange: undefined, offersSdp: false });
  }

  /** @rfc 3262 §4 */
  #prack({ dialog, draft: invite }: Sent, response: SipMessage): void {
    const number = rseq(response);
    const sequence = cseq(response);
    if (number === undefined || sequence === undefined || this.#look.handled.has('PRACK')) return;
    const draft = dialog.request('PRACK', invite.uri, undefined, undefined);
    draft.headers.push(['RAck', `${number} ${sequence.number} ${sequence.method}`]);
    this.#launch({ dialog, draft, exchange: undefined, offersSdp: false });
  }

  #local() {
    return { host: this.#look.host, port: MEDIA_PORT, sessionId: '1', version: this.#sdpVersion++ };
  }

  #offer(sdp: boolean | string, method: string): string | undefined {
    if (sdp === false || (sdp === true && method === 'ACK')) return undefined;
    const offer = makeOffer(this.#local());
    return typeof sdp === 'string' ? offer.replaceAll('a=sendrecv', `a=${sdp}`) : offer;
  }

  /** The answer to what came; an offer where nothing did. */
  #answer(message: SipMessage, sdp: boolean | string): string {
    const offer = octetText(message.bytes, message.body.start, message.body.end);
    if (offer === '') return this.#offer(sdp, '') ?? '';
    const outcome = answerOffer(offer, this.#local());
    const answer = outcome.kind === 'answer' ? outcome.sdp : (this.#offer(true, '') ?? '');
    return typeof sdp === 'string'
      ? answer.replace(/a=(sendrecv|sendonly|recvonly|inactive)/g, `a=${sdp}`)
      : answer;
  }
}

const methodOf = ({ startLine }: SipMessage): string =>
  startLine.kind === 'request' ? startLine.method : '';
