import type { RequestDraft, ResponseDraft, DraftHeader } from '../../stack/message/draft.ts';
import { canonicalName } from '../../stack/message/header-names.ts';
import { cseq } from '../../stack/message/headers/cseq.ts';
import { contacts, toHeader } from '../../stack/message/headers/name-addr.ts';
import { callId } from '../../stack/message/headers/simple.ts';
import type { SipMessage } from '../../stack/message/message.ts';
import { parseUri } from '../../stack/message/uri.ts';
import type { DialogView } from './gate.ts';
import type { Headers } from '../schema/send.ts';

/** What an actor says of itself in every dialog. */
export interface Self {
  /** Value of From without its tag. */
  readonly from: string;
  readonly contact: string;
  /** Of responses and dialogs of its own. */
  readonly newTag: () => string;
  readonly newCallId: () => string;
  readonly newCseq: () => number;
}

/**
 * What one actor knows of one dialog, kept as a careful user agent would, and never enforced: a scenario may break any of it.
 * Before it is established it is what an agent remembers between two requests with one Call-ID.
 * @rfc 3261 §12
 */
export class ScenarioDialog {
  readonly name: string;
  readonly #self: Self;
  callId: string | undefined;
  /** The whole value of the headers, tags included. */
  local: string;
  remote = '';
  remoteTarget = '';
  routes: readonly string[] = [];
  isEstablished = false;
  isEnded = false;
  /** A call that was answered, of whichever side: it is ended with BYE. */
  hasCall = false;
  #cseq: number | undefined;
  #inviteCseq = 0;

  constructor(name: string, self: Self) {
    this.name = name;
    this.#self = self;
    this.local = '';
  }

  get isBound(): boolean {
    return this.callId !== undefined;
  }

  /** For people. */
  get view(): Omit<DialogView, 'actor'> {
    return {
      name: this.name,
      state: this.isEnded ? 'ended' : this.hasCall ? 'confirmed' : 'early',
      callId: this.callId ?? '',
      localTag: tagOf(this.local),
      remoteTag: tagOf(this.remote),
    };
  }

  /** A request of ours: what a correct agent would write, the next CSeq number taken. Before a strict router its URI is the Request-URI. @rfc 3261 §12.2.1.1 */
  request(method: string, uri: string, to: string | undefined, from: string | undefined): RequestDraft {
    if (this.callId === undefined || this.isEnded) this.#begin(to ?? uri, from);
    const number = this.#number(method);
    const [first, ...others] = this.routes;
    const strict = first === undefined || isLoose(first) ? undefined : uriOf(first);
    const routes = strict === undefined ? this.routes : [...others, `<${this.remoteTarget}>`];
    const headers: DraftHeader[] = [
      ['Max-Forwards', '70'],
      ...routes.map((route): DraftHeader => ['Route', route]),
      ['From', this.local],
      ['To', this.remote],
      ['Call-ID', this.callId ?? ''],
      ['CSeq', `${number} ${method}`],
      ['Contact', this.#self.contact],
    ];
    return { method, uri: strict ?? (this.isEstablished ? this.remoteTarget : uri), headers };
  }

  /** Other names for both ends, with the same Call-ID, as long as nothing is established. Each is a URI, or a name and a URI in angle brackets. */
  rename(to: string | undefined, from: string | undefined): void {
    if (this.callId === undefined || this.isEnded || this.isEstablished) return;
    if (from !== undefined) this.local = `${nameAddr(from)};tag=${this.#self.newTag()}`;
    if (to !== undefined) this.remote = nameAddr(to);
  }

  /** A response to a request of the peer. @rfc 3261 §8.2.6 */
  response(request: SipMessage, status: number, reason: string): ResponseDraft {
    const copied = (name: 'Via' | 'Record-Route'): readonly DraftHeader[] =>
      request.all(name).map((value): DraftHeader => [name, value]);
    const makesDialog = status > 100 && status < 300 && this.callId !== undefined;
    if (makesDialog && status >= 200 && cseq(request)?.method === 'INVITE') this.hasCall = true;
    const isTagged = toHeader(request)?.tag !== undefined;
    const to = request.first('To') ?? '';
    if (!isTagged && !/;tag=/.test(this.local)) this.local = `${to};tag=${this.#self.newTag()}`;
    return {
      status,
      reason,
      headers: [
        ...copied('Via'),
        ...(makesDialog ? copied('Record-Route') : []),
        ['From', request.first('From') ?? ''],
        // Outside of a dialog a Call-ID may come again with another To: it is copied all the same.
        ['To', isTagged || status === 100 ? to : `${to};tag=${tagOf(this.local)}`],
        ['Call-ID', request.first('Call-ID') ?? ''],
        ['CSeq', request.first('CSeq') ?? ''],
        ...(makesDialog ? [['Contact', this.#self.contact] as DraftHeader] : []),
      ],
    };
  }

  /** A request of the peer belongs here. */
  takeRequest(request: SipMessage): void {
    const isNew = this.callId !== callId(request);
    if (isNew) {
      this.callId = callId(request);
      this.remote = request.first('From') ?? '';
      this.local = request.first('To') ?? '';
      this.routes = request.all('Record-Route');
      this.#cseq = undefined;
      this.isEnded = this.hasCall = false;
    }
    const [contact] = contacts(request);
    if (contact !== undefined) this.remoteTarget = contact.uri;
    this.isEstablished = this.remoteTarget !== '';
    if (request.startLine.kind === 'request' && request.startLine.method === 'BYE') this.isEnded = true;
  }

  /** URI of where a request goes first: a loose route before the Request-URI. @rfc 3261 §12.2.1.1 */
  nextHop(uri: string, target: string): string {
    const [first] = this.routes;
    if (first !== undefined) return uriOf(first);
    return this.isEstablished ? this.remoteTarget : uri === '' ? target : uri;
  }

  /** A response to a request of ours: one that makes or confirms a dialog teaches tag, target and route. @rfc 3261 §12.1.2 */
  takeResponse(response: SipMessage): void {
    const { startLine } = response;
    const sequence = cseq(response);
    if (startLine.kind !== 'response' || sequence === undefined) return;
    if (sequence.method === 'BYE' && startLine.status >= 200) this.isEnded = true;
    const makesDialog = sequence.method === 'INVITE' || sequence.method === 'SUBSCRIBE';
    if (
      !makesDialog ||
      startLine.status < 101 ||
      startLine.status > 299 ||
      toHeader(response)?.tag === undefined
    )
      return;
    if (sequence.method === 'INVITE' && startLine.status >= 200) this.hasCall = true;
    if (!this.isEstablished) this.routes = [...response.all('Record-Route')].reverse();
    this.remote = response.first('To') ?? this.remote;
    const [contact] = contacts(response);
    if (contact !== undefined) this.remoteTarget = contact.uri;
    this.isEstablished = this.remoteTarget !== '';
  }

  #begin(to: string, from: string | undefined): void {
    const { newCallId, newTag } = this.#self;
    this.callId = newCallId();
    this.local = `${from === undefined ? this.#self.from : nameAddr(from)};tag=${newTag()}`;
    this.remote = nameAddr(to);
    this.routes = [];
    this.remoteTarget = '';
    this.isEstablished = this.isEnded = this.hasCall = false;
    this.#cseq = undefined;
  }

  #number(method: string): number {
    if (method === 'ACK' || method === 'CANCEL') return this.#inviteCseq;
    this.#cseq = this.#cseq === undefined ? this.#self.newCseq() : this.#cseq + 1;
    if (method === 'INVITE') this.#inviteCseq = this.#cseq;
    return this.#cseq;
  }
}

const tagOf = (value: string): string => /;\s*tag=([^;\s]*)/i.exec(value)?.[1] ?? '';

/** Of a Route value. */
const uriOf = (route: string): string => /<([^>]*)>/.exec(route)?.[1] ?? route;

const isLoose = (route: string): boolean => parseUri(uriOf(route)).params.has('lr');

const nameAddr = (text: string): string => (text.includes('<') ? text : `<${text}>`);

/** The headers of a draft with what a step says in place of them. A name that is new is added; null leaves one out. */
export function overridden(
  draft: readonly DraftHeader[],
  headers: Headers,
  fill: (text: string) => string,
): DraftHeader[] {
  const overrides = Object.entries(headers);
  if (overrides.length === 0) return [...draft];
  const rest = new Map(overrides);
  const linesOf = (name: string, value: Headers[string]): DraftHeader[] =>
    (value === null ? [] : Array.isArray(value) ? value : [value]).map((one) => [name, fill(String(one))]);
  const seen = new Set<string>();
  const kept = draft.flatMap(([name, value]): DraftHeader[] => {
    const key = [...rest.keys()].find((one) => canonicalName(one).toLowerCase() === name.toLowerCase());
    if (key === undefined) return seen.has(name) ? [] : [[name, value]];
    const given = rest.get(key) ?? null;
    rest.delete(key);
    seen.add(name);
    return linesOf(key, given);
  });
  return [...kept, ...[...rest].flatMap(([name, value]) => linesOf(name, value))];
}
