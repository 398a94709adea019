import { formatAddress, type Address } from '../core/address.ts';
import type { Protocol } from '../core/address.ts';
import { cseq } from '../message/headers/cseq.ts';
import { fromHeader, toHeader } from '../message/headers/name-addr.ts';
import { callId, contentType } from '../message/headers/simple.ts';
import { topVia, vias } from '../message/headers/via.ts';
import type { SipMessage } from '../message/message.ts';
import { octetText } from '../message/octets.ts';
import { parseMessage } from '../message/parse.ts';
import { parseSdp, type Sdp } from '../sdp/sdp.ts';
import type { CapturedMessage } from '../transport/capture.ts';

/** A recorded message. `bytes` are kept: they must not change afterwards. */
export type Recorded = Pick<
  CapturedMessage,
  'direction' | 'protocol' | 'local' | 'remote' | 'connectionId' | 'atMs' | 'bytes'
> & {
  /** Names the message in findings; its place in the trace when left out. */
  readonly id?: number;
};

const MAGIC = 'z9hG4bK';

/** A recorded message with what rules ask of it, read once. */
export class Seen {
  readonly id: number;
  readonly message: SipMessage;
  /** `in`: the peer sent it; `out`: the node whose traffic was recorded. */
  readonly direction: 'in' | 'out';
  readonly protocol: Protocol;
  readonly local: Address;
  readonly remote: Address;
  readonly connectionId: string | undefined;
  readonly atMs: number;
  readonly isRequest: boolean;
  /** Of the request, or of CSeq in a response. */
  readonly method: string;
  /** 0 in a request. */
  readonly status: number;
  readonly cseq: number | undefined;
  readonly callId: string;
  readonly fromTag: string;
  /** Empty without a tag. */
  readonly toTag: string;
  readonly branch: string;
  #viaCount: number | undefined;
  #originKey: string | undefined;
  #sdp: Sdp | undefined | 'unread' = 'unread';

  constructor(recorded: Recorded, id: number, message = parseMessage(recorded.bytes)) {
    this.id = id;
    this.message = message;
    this.direction = recorded.direction;
    this.protocol = recorded.protocol;
    this.local = recorded.local;
    this.remote = recorded.remote;
    this.connectionId = recorded.connectionId;
    this.atMs = recorded.atMs;
    const { startLine } = message;
    const sequence = cseq(message);
    this.isRequest = startLine.kind === 'request';
    this.method = startLine.kind === 'request' ? startLine.method : (sequence?.method ?? '');
    this.status = startLine.kind === 'response' ? startLine.status : 0;
    this.cseq = sequence?.number;
    this.callId = callId(message) ?? '';
    this.fromTag = fromHeader(message)?.tag ?? '';
    this.toTag = toHeader(message)?.tag ?? '';
    this.branch = topVia(message)?.branch ?? '';
  }

  /** No SIP at all, or without what makes it part of one transaction. */
  get isJunk(): boolean {
    if (this.message.startLine.kind === 'invalid' || this.callId === '') return true;
    return this.cseq === undefined || cseq(this.message)?.method !== this.method;
  }

  get uri(): string {
    const { startLine } = this.message;
    return startLine.kind === 'request' ? startLine.uri : '';
  }

  /** A stream: nothing is lost on it. */
  get isReliable(): boolean {
    return this.protocol !== 'udp';
  }

  /** Whether the branch identifies the transaction. @rfc 3261 §8.1.1.7 */
  get hasCookie(): boolean {
    return this.branch.startsWith(MAGIC);
  }

  get isFinal(): boolean {
    return this.status >= 200;
  }

  get isSuccess(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  get isProvisional(): boolean {
    return this.status >= 100 && this.status < 200;
  }

  /** Hops so far of a request, or still to go of a response. */
  get viaCount(): number {
    return (this.#viaCount ??= vias(this.message).length);
  }

  /** The same for all copies of a request on its way over several hops, and for no other request. */
  get originKey(): string {
    return (this.#originKey ??= this.#origin());
  }

  /** Who sent it. */
  get by(): 'local' | 'remote' {
    return this.direction === 'out' ? 'local' : 'remote';
  }

  get source(): Address {
    return this.direction === 'out' ? this.local : this.remote;
  }

  get destination(): Address {
    return this.direction === 'out' ? this.remote : this.local;
  }

  /** The session description it carries, in a body of its own. */
  get sdp(): Sdp | undefined {
    if (this.#sdp === 'unread') this.#sdp = this.hasSdp ? parseSdp(this.bodyText) : undefined;
    return this.#sdp;
  }

  get hasSdp(): boolean {
    const { body } = this.message;
    return body.end > body.start && contentType(this.message) === 'application/sdp';
  }

  get bodyText(): string {
    const { bytes, body } = this.message;
    return octetText(bytes, body.start, body.end);
  }

  #origin(): string {
    const last = vias(this.message).at(-1);
    const sentBy =
      last === undefined ? '' : formatAddress({ host: last.sentBy.host, port: last.sentBy.port ?? 0 });
    return `${this.method} ${this.cseq ?? ''} ${sentBy} ${last?.branch ?? ''}`;
  }
}
