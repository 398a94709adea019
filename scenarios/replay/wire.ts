import type { Clock, Timer } from '../../stack/core/clock.ts';
import { cseq } from '../../stack/message/headers/cseq.ts';
import { callId } from '../../stack/message/headers/simple.ts';
import { topVia } from '../../stack/message/headers/via.ts';
import type { SipMessage } from '../../stack/message/message.ts';
import { octetText } from '../../stack/message/octets.ts';
import { parseMessage } from '../../stack/message/parse.ts';
import { routeOfResponse } from '../../stack/transaction/response-route.ts';
import { DEFAULT_TIMING } from '../../stack/transaction/types.ts';
import type { Received, Target, Transport, TransportError } from '../../stack/transport/transport.ts';

/** A request that went out, as long as answers to it are looked for. */
export interface SentRequest {
  readonly message: SipMessage;
  readonly target: Target;
  readonly method: string;
  final: SipMessage | undefined;
  hasProvisional: boolean;
  /** Sent again when the final response comes again. @rfc 3261 §13.2.2.4, §17.1.1.2 */
  ack: Uint8Array | undefined;
}

/** A request that came, with what it was answered. */
export interface GotRequest {
  readonly message: SipMessage;
  readonly received: Received;
  readonly method: string;
  response: Uint8Array | undefined;
  isFinal: boolean;
}

export interface WireListener {
  readonly onResponse: (request: SentRequest, response: SipMessage) => void;
  /** ACK too. */
  readonly onRequest: (request: GotRequest) => void;
  readonly onFailed: (request: SentRequest, reason: string) => void;
}

const { t1Ms, t2Ms } = DEFAULT_TIMING;
/** For how long anything is sent again. @rfc 3261 §17.1.1.2 */
const LIFETIME_MS = 64 * t1Ms;

/**
 * The socket of a played lane. Octets go out as they are given; what the transactions of RFC 3261 §17 do beneath a recording happens here:
 * datagrams are sent again until they are answered, and what comes again is answered again and told once.
 */
export class ReplayWire {
  readonly transport: Transport;
  readonly #clock: Clock;
  readonly #listener: WireListener;
  readonly #sent = new Map<string, SentRequest>();
  readonly #got = new Map<string, GotRequest>();
  readonly #seen = new Set<string>();
  readonly #timers = new Map<object, Timer>();
  readonly #stopListening: () => void;

  constructor(transport: Transport, clock: Clock, listener: WireListener) {
    this.transport = transport;
    this.#clock = clock;
    this.#listener = listener;
    this.#stopListening = transport.onReceived((received) => {
      this.#receive(received);
    });
  }

  /** A request other than ACK; what is no request goes out once. */
  request(bytes: Uint8Array, target: Target): SentRequest {
    const message = parseMessage(bytes);
    const { startLine } = message;
    const method = startLine.kind === 'request' ? startLine.method : '';
    const request: SentRequest = {
      message,
      target,
      method,
      final: undefined,
      hasProvisional: false,
      ack: undefined,
    };
    this.#sent.set(sentKey(message), request);
    this.#send(bytes, target, request);
    this.transport.ask?.(target.address, (error) => {
      this.#fail(request, error);
    });
    if (method !== '' && !this.transport.isReliable)
      this.#again(request, () => this.#send(bytes, target, request), method === 'INVITE' ? Infinity : t2Ms);
    return request;
  }

  /** An ACK, which nobody answers. @param of - the INVITE it belongs to, where there is one. */
  acknowledge(bytes: Uint8Array, target: Target, of: SentRequest | undefined): void {
    if (of !== undefined) of.ack = bytes;
    this.#send(bytes, target, undefined);
  }

  respond(request: GotRequest, bytes: Uint8Array, status: number): void {
    request.response = bytes;
    request.isFinal = status >= 200;
    const send = (): void => {
      const { transport } = this;
      const { message, received } = request;
      transport.send(bytes, routeOfResponse({ message, received, transport }).target);
    };
    send();
    const isRepeated = request.method === 'INVITE' && (status < 300 || !this.transport.isReliable);
    if (status >= 200 && isRepeated) this.#again(request, send, t2Ms);
  }

  /** Octets that belong to nothing. */
  raw(bytes: Uint8Array, target: Target): void {
    this.#send(bytes, target, undefined);
  }

  /** Requests that are not answered yet. */
  get open(): readonly SentRequest[] {
    return [...this.#sent.values()].filter(({ final }) => final === undefined);
  }

  /** Nothing is looked for any more. */
  forget(request: SentRequest): void {
    this.#stop(request);
    this.#sent.delete(sentKey(request.message));
  }

  async close(): Promise<void> {
    this.#stopListening();
    for (const timer of this.#timers.values()) timer.cancel();
    await this.transport.close();
  }

  #send(bytes: Uint8Array, target: Target, request: SentRequest | undefined): void {
    this.transport.send(bytes, target, (error) => {
      if (request !== undefined) this.#fail(request, error);
    });
  }

  #fail(request: SentRequest, { message }: TransportError): void {
    if (request.final !== undefined || this.#sent.get(sentKey(request.message)) !== request) return;
    this.forget(request);
    this.#listener.onFailed(request, message);
  }

  #again(what: object, send: () => void, mostMs: number): void {
    const next = (delayMs: number, leftMs: number): void => {
      if (leftMs <= 0) return;
      this.#timers.set(
        what,
        this.#clock.after(delayMs, () => {
          send();
          next(Math.min(2 * delayMs, mostMs), leftMs - delayMs);
        }),
      );
    };
    this.#stop(what);
    next(t1Ms, LIFETIME_MS);
  }

  #stop(what: object): void {
    this.#timers.get(what)?.cancel();
    this.#timers.delete(what);
  }

  #receive(received: Received): void {
    const message = parseMessage(received.bytes);
    const { startLine } = message;
    if (startLine.kind === 'response') this.#receiveResponse(message, startLine.status);
    else if (startLine.kind === 'request') this.#receiveRequest(message, startLine.method, received);
  }

  #receiveResponse(message: SipMessage, status: number): void {
    const request = this.#sent.get(sentKey(message));
    if (request === undefined) return;
    if (request.final !== undefined) {
      if (request.ack !== undefined) this.#send(request.ack, request.target, undefined);
      return;
    }
    if (status >= 200) request.final = message;
    else request.hasProvisional = true;
    if (status >= 200 || request.method === 'INVITE') this.#stop(request);
    if (this.#isNew(message.bytes)) this.#listener.onResponse(request, message);
  }

  #receiveRequest(message: SipMessage, method: string, received: Received): void {
    if (method === 'ACK') {
      for (const request of this.#got.values()) if (acknowledges(message, request)) this.#stop(request);
      if (!this.#isNew(message.bytes)) return;
    }
    const key = gotKey(message, method);
    const before = this.#got.get(key);
    if (before !== undefined && method !== 'ACK') {
      const { response } = before;
      const { transport } = this;
      if (response !== undefined)
        transport.send(response, routeOfResponse({ message, received, transport }).target);
      return;
    }
    const request: GotRequest = { message, received, method, response: undefined, isFinal: false };
    if (method !== 'ACK') this.#got.set(key, request);
    this.#listener.onRequest(request);
  }

  #isNew(bytes: Uint8Array): boolean {
    const text = octetText(bytes);
    if (this.#seen.has(text)) return false;
    this.#seen.add(text);
    return true;
  }
}

/** @rfc 3261 §17.1.3 */
const sentKey = (message: SipMessage): string =>
  `${topVia(message)?.branch ?? callId(message) ?? ''} ${cseq(message)?.method ?? ''}`;

/** @rfc 3261 §17.2.3 */
function gotKey(message: SipMessage, method: string): string {
  const { branch = '', sentBy } = topVia(message) ?? {};
  return JSON.stringify([branch, sentBy, method, callId(message), cseq(message)?.number]);
}

const acknowledges = (ack: SipMessage, { method, message }: GotRequest): boolean =>
  method === 'INVITE' && callId(ack) === callId(message) && cseq(ack)?.number === cseq(message)?.number;
