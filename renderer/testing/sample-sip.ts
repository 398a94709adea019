/*
 * Calls as they would be captured, for tests of the renderer and for looking at screens: SIP text first, everything else derived from it
 * in sample-traffic.ts.
 */

/** One message on its way: from lane to lane, so many milliseconds after the first. */
export interface SampleMessage {
  readonly from: string;
  readonly to: string;
  readonly afterMs: number;
  readonly text: string;
}

export interface Party {
  readonly user: string;
  readonly address: string;
}

export const SERVER: Party = { user: 'siphon', address: '127.0.0.1:5060' };
export const ALICE: Party = { user: 'alice', address: '127.0.0.1:5071' };
export const BOB: Party = { user: 'bob', address: '127.0.0.1:5072' };
export const CAROL: Party = { user: 'carol', address: '127.0.0.1:5075' };

export interface CallOptions {
  readonly from: Party;
  readonly to: Party;
  readonly callId: string;
}

const sdp = (party: Party, direction = 'sendrecv'): string =>
  [
    'v=0',
    `o=${party.user} 3724394400 3724394401 IN IP4 127.0.0.1`,
    's=-',
    'c=IN IP4 127.0.0.1',
    't=0 0',
    'm=audio 49172 RTP/AVP 0 8 101',
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:8 PCMA/8000',
    'a=rtpmap:101 telephone-event/8000',
    `a=${direction}`,
    '',
  ].join('\r\n');

/** Writes the messages of one Call-ID. */
export class SampleCall {
  readonly messages: SampleMessage[] = [];
  readonly #o: CallOptions;

  constructor(options: CallOptions) {
    this.#o = options;
  }

  /** A request, from the caller unless `isBack`. */
  request(afterMs: number, method: string, cseq: number, o: MessageOptions = {}): this {
    const [from, to] = o.isBack === true ? [this.#o.to, this.#o.from] : [this.#o.from, this.#o.to];
    const hasTag = o.toTag ?? (method === 'BYE' || method === 'ACK');
    return this.#add(afterMs, from, to, [
      `${method} sip:${to.user}@${to.address} SIP/2.0`,
      `Via: SIP/2.0/UDP ${from.address};branch=${branch(this.#o.callId, cseq, method)};rport`,
      'Max-Forwards: 70',
      `From: "${title(from.user)}" <sip:${from.user}@lab.test>;tag=${tag(from)}`,
      `To: <sip:${to.user}@lab.test>${hasTag ? `;tag=${tag(to)}` : ''}`,
      `Call-ID: ${this.#o.callId}`,
      `CSeq: ${cseq} ${method}`,
      ...(method === 'BYE' || method === 'CANCEL' || method === 'ACK'
        ? []
        : [`Contact: <sip:${from.user}@${from.address}>`]),
      ...(o.headers ?? []),
      ...this.#body(o.sdp === undefined ? (o.body ?? '') : sdp(from, o.sdp), o.sdp !== undefined),
    ]);
  }

  /** A response to the caller's request, or to the callee's when `isBack`. */
  response(afterMs: number, status: string, method: string, cseq: number, o: MessageOptions = {}): this {
    const [uac, uas] = o.isBack === true ? [this.#o.to, this.#o.from] : [this.#o.from, this.#o.to];
    return this.#add(afterMs, uas, uac, [
      `SIP/2.0 ${status}`,
      `Via: SIP/2.0/UDP ${uac.address};branch=${branch(this.#o.callId, cseq, method)};rport=${uac.address.split(':')[1] ?? ''};received=127.0.0.1`,
      `From: "${title(uac.user)}" <sip:${uac.user}@lab.test>;tag=${tag(uac)}`,
      `To: <sip:${uas.user}@lab.test>${status.startsWith('100') ? '' : `;tag=${tag(uas)}`}`,
      `Call-ID: ${this.#o.callId}`,
      `CSeq: ${cseq} ${method}`,
      'Server: Siphon Workbench',
      ...(o.headers ?? []),
      ...this.#body(o.sdp === undefined ? '' : sdp(uas, o.sdp), o.sdp !== undefined),
    ]);
  }

  /** Octets that are no SIP at all. */
  junk(afterMs: number, text: string): this {
    this.messages.push({ from: this.#o.from.address, to: this.#o.to.address, afterMs, text });
    return this;
  }

  #body(text: string, isSdp: boolean): readonly string[] {
    const type = text === '' ? [] : [`Content-Type: ${isSdp ? 'application/sdp' : 'text/plain'}`];
    return [...type, `Content-Length: ${text.length}`, '', text];
  }

  #add(afterMs: number, from: Party, to: Party, lines: readonly string[]): this {
    this.messages.push({ from: from.address, to: to.address, afterMs, text: lines.join('\r\n') });
    return this;
  }
}

export interface MessageOptions {
  readonly isBack?: boolean;
  readonly toTag?: boolean;
  readonly headers?: readonly string[];
  readonly body?: string;
  /** Direction of an SDP body; absent means none. */
  readonly sdp?: 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';
}

const branch = (callId: string, cseq: number, method: string): string =>
  `z9hG4bK-${callId.slice(0, 6)}-${cseq}${method === 'ACK' ? 'a' : ''}`;
const tag = (party: Party): string => `${party.user}6f2b1c`;
const title = (user: string): string => user.charAt(0).toUpperCase() + user.slice(1);
