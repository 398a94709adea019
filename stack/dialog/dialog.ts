import type { Protocol } from '../core/address.ts';
import type { RequestDraft } from '../message/draft.ts';
import { cseq } from '../message/headers/cseq.ts';
import { rseq } from '../message/headers/reliability.ts';
import { contacts, fromHeader, toHeader } from '../message/headers/name-addr.ts';
import { callId } from '../message/headers/simple.ts';
import type { SipMessage } from '../message/message.ts';
import { routeSetOfClient, routeSetOfServer, routingOf, type RouteSet } from './route-set.ts';

export type DialogState = 'early' | 'confirmed' | 'terminated';

/** Requests whose Contact replaces the peer's remote target. @rfc 3261 §12.2, RFC 3311 §5.1, RFC 6665 §4.1.2.1, RFC 3515 §2.4.1 */
const TARGET_REFRESH: ReadonlySet<string> = new Set(['INVITE', 'UPDATE', 'SUBSCRIBE', 'NOTIFY', 'REFER']);

const MAX_FORWARDS = '70';

interface Parts {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string | undefined;
  readonly localUri: string;
  readonly remoteUri: string;
  readonly isSecure: boolean;
  readonly state: DialogState;
  readonly routeSet: RouteSet;
  readonly remoteTarget: string;
  readonly localCseq: number;
  readonly remoteCseq: number | undefined;
}

/** A peer-to-peer relation of two user agents: what their requests have in common and in which order they come. @rfc 3261 §12 */
export class Dialog {
  readonly callId: string;
  readonly localTag: string;
  /** Undefined for a peer of RFC 2543 that sends none. */
  readonly remoteTag: string | undefined;
  readonly localUri: string;
  readonly remoteUri: string;
  /** Begun by a request to a sips URI, received over TLS. */
  readonly isSecure: boolean;
  #state: DialogState;
  #routeSet: RouteSet;
  #remoteTarget: string;
  #localCseq: number;
  #remoteCseq: number | undefined;
  /** CSeq number of the latest INVITE sent here, which its ACK repeats. */
  #inviteCseq: number;

  private constructor(parts: Parts) {
    this.callId = parts.callId;
    this.localTag = parts.localTag;
    this.remoteTag = parts.remoteTag;
    this.localUri = parts.localUri;
    this.remoteUri = parts.remoteUri;
    this.isSecure = parts.isSecure;
    this.#state = parts.state;
    this.#routeSet = parts.routeSet;
    this.#remoteTarget = parts.remoteTarget;
    this.#localCseq = parts.localCseq;
    this.#inviteCseq = parts.localCseq;
    this.#remoteCseq = parts.remoteCseq;
  }

  /**
   * The server's side, early until {@link confirm}.
   * @param localTag - the To tag of the response that makes the dialog.
   * @param transport - what the request came over.
   * @param firstCseq - number of the first request sent in the dialog. @rfc 3261 §8.1.1.5
   * @rfc 3261 §12.1.1
   */
  static fromRequest(
    request: SipMessage,
    localTag: string,
    transport: { readonly protocol: Protocol },
    firstCseq: number,
  ): Dialog {
    const from = fromHeader(request);
    return new Dialog({
      callId: callId(request) ?? '',
      localTag,
      remoteTag: from?.tag,
      localUri: toHeader(request)?.uri ?? '',
      remoteUri: from?.uri ?? '',
      isSecure: hasSipsUri(request) && (transport.protocol === 'tls' || transport.protocol === 'wss'),
      state: 'early',
      routeSet: routeSetOfServer(request),
      remoteTarget: contactUri(request) ?? from?.uri ?? '',
      localCseq: firstCseq - 1,
      remoteCseq: cseq(request)?.number,
    });
  }

  /**
   * The client's side: early after a provisional response, confirmed after a 2xx.
   * @rfc 3261 §12.1.2
   */
  static fromResponse(request: SipMessage, response: SipMessage): Dialog {
    const to = toHeader(response);
    const from = fromHeader(request);
    return new Dialog({
      callId: callId(request) ?? '',
      localTag: from?.tag ?? '',
      remoteTag: to?.tag,
      localUri: from?.uri ?? '',
      remoteUri: toHeader(request)?.uri ?? '',
      isSecure: hasSipsUri(request),
      state: isSuccess(response) ? 'confirmed' : 'early',
      routeSet: routeSetOfClient(response),
      remoteTarget: contactUri(response) ?? requestUri(request) ?? '',
      localCseq: cseq(request)?.number ?? 0,
      remoteCseq: undefined,
    });
  }

  get state(): DialogState {
    return this.#state;
  }

  get routeSet(): RouteSet {
    return this.#routeSet;
  }

  /** The peer's Contact: where requests end up. */
  get remoteTarget(): string {
    return this.#remoteTarget;
  }

  /** Number of the latest request sent. */
  get localCseq(): number {
    return this.#localCseq;
  }

  /** Number of the latest request received. */
  get remoteCseq(): number | undefined {
    return this.#remoteCseq;
  }

  /** URI of the element that the next request is sent to. @rfc 3261 §12.2.1.1, §8.1.2 */
  get nextHop(): string {
    return this.#routeSet[0] ?? this.#remoteTarget;
  }

  /**
   * A 2xx was sent, or came: the first one confirms the dialog.
   * @param response - on the client's side: its Record-Route and Contact replace those of the provisional response; later ones change
   *   nothing any more (13.2.2.4).
   * @rfc 3261 §12.1, §13.2.2.4
   */
  confirm(response?: SipMessage): void {
    if (this.#state !== 'early') return;
    this.#state = 'confirmed';
    if (response === undefined) return;
    this.#routeSet = routeSetOfClient(response);
    this.#remoteTarget = contactUri(response) ?? this.#remoteTarget;
  }

  /** Nothing can be done with it any more. @rfc 3261 §12.3 */
  terminate(): void {
    this.#state = 'terminated';
  }

  /**
   * Takes a request of the peer into account; one whose CSeq number is not above those before it is to be answered 500. ACK and CANCEL
   * repeat the number of their INVITE and are always in order.
   * @rfc 3261 §12.2.2
   */
  accepts(request: SipMessage): 'ok' | 'out-of-order' {
    const sequence = cseq(request);
    if (sequence === undefined) return 'out-of-order';
    if (sequence.method === 'ACK' || sequence.method === 'CANCEL') return 'ok';
    if (this.#remoteCseq !== undefined && sequence.number <= this.#remoteCseq) return 'out-of-order';
    this.#remoteCseq = sequence.number;
    return 'ok';
  }

  /**
   * Takes the peer's new Contact from a target refresh request, or from a 2xx or a reliable provisional response to one; from other messages,
   * and without a Contact, nothing. It stays whatever final response follows. The route set never changes.
   * @rfc 3261 §12.2.1.2, §12.2.2, RFC 6141 §4.6, §4.7
   */
  refreshTarget(message: SipMessage): void {
    const method = cseq(message)?.method ?? '';
    if (!TARGET_REFRESH.has(method)) return;
    if (message.startLine.kind !== 'request' && !isSuccess(message) && !isReliable(message)) return;
    this.#remoteTarget = contactUri(message) ?? this.#remoteTarget;
  }

  /**
   * A request of the dialog without Via, which whoever sends it puts on top: Request-URI and Route by the route set, Max-Forwards, From,
   * To, Call-ID, CSeq. It takes the next CSeq number; an ACK takes that of the INVITE it belongs to.
   * @param options.cseqNumber - number of the INVITE that an ACK belongs to; the latest one when left out.
   * @rfc 3261 §12.2.1.1, §13.2.2.4
   */
  request(method: string, options: { readonly cseqNumber?: number | undefined } = {}): RequestDraft {
    const { requestUri: uri, routes } = routingOf(this.#routeSet, this.#remoteTarget);
    const number = method === 'ACK' ? (options.cseqNumber ?? this.#inviteCseq) : ++this.#localCseq;
    if (method === 'INVITE') this.#inviteCseq = number;
    return {
      method,
      uri,
      headers: [
        ...routes.map((route): [string, string] => ['Route', route]),
        ['Max-Forwards', MAX_FORWARDS],
        ['From', tagged(this.localUri, this.localTag)],
        ['To', tagged(this.remoteUri, this.remoteTag)],
        ['Call-ID', this.callId],
        ['CSeq', `${number} ${method}`],
      ],
    };
  }
}

/** A tag that the peer never gave is left out. @rfc 3261 §12.2.1.1 */
function tagged(uri: string, tag: string | undefined): string {
  return tag === undefined || tag === '' ? `<${uri}>` : `<${uri}>;tag=${tag}`;
}

function contactUri(message: SipMessage): string | undefined {
  const contact = contacts(message)[0];
  return contact === undefined || contact.isWildcard ? undefined : contact.uri;
}

function requestUri({ startLine }: SipMessage): string | undefined {
  return startLine.kind === 'request' ? startLine.uri : undefined;
}

function hasSipsUri(request: SipMessage): boolean {
  return /^sips:/i.test(requestUri(request) ?? '');
}

function isReliable(message: SipMessage): boolean {
  const { startLine } = message;
  return startLine.kind === 'response' && startLine.status < 200 && rseq(message) !== undefined;
}

function isSuccess({ startLine }: SipMessage): boolean {
  return startLine.kind === 'response' && startLine.status >= 200 && startLine.status < 300;
}
