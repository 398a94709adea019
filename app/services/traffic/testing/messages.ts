import type { Address, Protocol } from '../../../../stack/core/address.ts';
import type { CapturedMessage } from '../../../../stack/transport/capture.ts';

/*
 * Builders of message sequences for the tests of traffic. `out` and `in` are seen from the server, whose end is LOCAL.
 */

export const LOCAL: Address = { host: '127.0.0.1', port: 5060 };
export const PEER: Address = { host: '127.0.0.1', port: 5071 };
/** When the first message of a builder crosses, wall clock. */
export const START_MS = Date.UTC(2026, 0, 31, 14, 3, 22);

export const SDP = [
  'v=0',
  'o=alice 1 1 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 6000 RTP/AVP 0 8',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:8 PCMA/8000',
  'a=sendrecv',
  '',
].join('\r\n');

export interface MessageOptions {
  readonly callId?: string;
  readonly cseq?: number;
  /** Method of CSeq; default the request's own, INVITE in a response. */
  readonly cseqMethod?: string;
  readonly fromTag?: string;
  readonly toTag?: string;
  readonly from?: string;
  readonly to?: string;
  readonly branch?: string;
  readonly headers?: readonly string[];
  readonly body?: string;
  readonly uri?: string;
}

/** A request's octets. */
export function requestBytes(method: string, o: MessageOptions = {}): Uint8Array {
  return bytesOf(`${method} ${o.uri ?? 'sip:bob@127.0.0.1:5060'} SIP/2.0`, method, o, ['Max-Forwards: 70']);
}

/** A response's octets; `status` with its reason: `180 Ringing`. */
export function responseBytes(status: string, o: MessageOptions = {}): Uint8Array {
  return bytesOf(`SIP/2.0 ${status}`, o.cseqMethod ?? 'INVITE', { toTag: 'b', ...o }, []);
}

function bytesOf(startLine: string, method: string, o: MessageOptions, extra: readonly string[]): Uint8Array {
  const body = o.body ?? '';
  const cseq = `${o.cseq ?? 1} ${o.cseqMethod ?? method}`;
  const tag = (value: string | undefined): string => (value ? `;tag=${value}` : '');
  const lines = [
    startLine,
    `Via: SIP/2.0/UDP 127.0.0.1:5071;branch=${o.branch ?? `z9hG4bK${cseq.replace(' ', '-')}`}`,
    `From: ${o.from ?? '"Alice" <sip:alice@lab.test>'}${tag(o.fromTag ?? 'a')}`,
    `To: ${o.to ?? '<sip:bob@lab.test>'}${tag(o.toTag)}`,
    `Call-ID: ${o.callId ?? 'call-1@127.0.0.1'}`,
    `CSeq: ${cseq}`,
    ...extra,
    ...(o.headers ?? []),
    ...(body ? ['Content-Type: application/sdp'] : []),
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

export interface CaptureOptions {
  readonly atMs?: number;
  readonly protocol?: Protocol;
  readonly local?: Address;
  readonly remote?: Address;
  readonly connectionId?: string;
}

/** The octets as the tap saw them, `atMs` after the start. */
export function captured(
  direction: 'in' | 'out',
  bytes: Uint8Array | string,
  o: CaptureOptions = {},
): CapturedMessage {
  return {
    direction,
    protocol: o.protocol ?? 'udp',
    local: o.local ?? LOCAL,
    remote: o.remote ?? PEER,
    connectionId: o.connectionId,
    atMs: o.atMs ?? 0,
    wallMs: START_MS + (o.atMs ?? 0),
    bytes: typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes,
  };
}

/** A whole call, INVITE to the 200 of its BYE; 500 ms of ringing, 2 s of talk. */
export function aCall(o: MessageOptions & CaptureOptions = {}): CapturedMessage[] {
  const at = o.atMs ?? 0;
  const seen = (direction: 'in' | 'out', afterMs: number, bytes: Uint8Array): CapturedMessage =>
    captured(direction, bytes, { ...o, atMs: at + afterMs });
  const inDialog = { ...o, toTag: 'b' };
  return [
    seen('in', 0, requestBytes('INVITE', { ...o, body: SDP })),
    seen('out', 1, responseBytes('100 Trying', { ...o, toTag: '' })),
    seen('out', 20, responseBytes('180 Ringing', o)),
    seen('out', 520, responseBytes('200 OK', { ...o, body: SDP })),
    seen('in', 540, requestBytes('ACK', inDialog)),
    seen('in', 2520, requestBytes('BYE', { ...inDialog, cseq: 2 })),
    seen('out', 2525, responseBytes('200 OK', { ...o, cseq: 2, cseqMethod: 'BYE' })),
  ];
}
