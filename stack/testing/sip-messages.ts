import type { Address } from '../core/address.ts';
import type { SipMessage } from '../message/message.ts';
import { toBytes } from '../message/octets.ts';
import { parseMessage } from '../message/parse.ts';
import { buildResponse } from '../message/response.ts';

/** What differs from a plain request of alice to bob. */
export interface RequestOptions {
  readonly uri?: string;
  /** The whole Via value; else one from `sentBy` and `branch`. */
  readonly via?: string;
  readonly protocol?: string;
  readonly sentBy?: string;
  readonly branch?: string;
  readonly from?: string;
  readonly to?: string;
  readonly callId?: string;
  readonly cseq?: number;
  /** Put between Via and Max-Forwards. */
  readonly headers?: readonly string[];
  readonly body?: string;
}

/** A well-formed request as octets. */
export function requestBytes(method: string, options: RequestOptions = {}): Uint8Array<ArrayBuffer> {
  const { protocol = 'UDP', sentBy = '192.0.2.1:5060', branch = 'z9hG4bKalice1', body = '' } = options;
  const lines = [
    `${method} ${options.uri ?? 'sip:bob@192.0.2.2'} SIP/2.0`,
    `Via: ${options.via ?? `SIP/2.0/${protocol} ${sentBy};branch=${branch}`}`,
    ...(options.headers ?? []),
    'Max-Forwards: 70',
    `From: ${options.from ?? '<sip:alice@example.com>;tag=a1'}`,
    `To: ${options.to ?? '<sip:bob@example.com>'}`,
    `Call-ID: ${options.callId ?? 'call-1@example.com'}`,
    `CSeq: ${options.cseq ?? 1} ${method}`,
    `Content-Length: ${body.length}`,
  ];
  return toBytes(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

/** {@link requestBytes}, parsed. */
export function request(method: string, options: RequestOptions = {}): SipMessage {
  return parseMessage(requestBytes(method, options));
}

/** The response of bob to a request as octets; finals and 101..199 carry his tag `b1`. */
export function responseBytes(
  to: SipMessage,
  status: number,
  options: {
    toTag?: string | undefined;
    headers?: readonly (readonly [string, string])[];
    source?: Address;
  } = {},
): Uint8Array<ArrayBuffer> {
  return buildResponse(to, { status, toTag: 'b1', ...options });
}

/** {@link responseBytes}, parsed. */
export function response(
  to: SipMessage,
  status: number,
  options: Parameters<typeof responseBytes>[2] = {},
): SipMessage {
  return parseMessage(responseBytes(to, status, options));
}

/** `INVITE` or `180`: what a log of messages needs. */
export function nameOf({ startLine }: SipMessage): string {
  if (startLine.kind === 'request') return startLine.method;
  return startLine.kind === 'response' ? String(startLine.status) : 'garbage';
}
