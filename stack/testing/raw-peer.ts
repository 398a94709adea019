import type { Address } from '../core/address.ts';
import { toHeader } from '../message/headers/name-addr.ts';
import { octetText, toBytes } from '../message/octets.ts';
import { parseMessage } from '../message/parse.ts';
import type { SipMessage } from '../message/message.ts';
import type { Transport } from '../transport/transport.ts';
import type { ManualClock } from './manual-clock.ts';

/** A request written by hand; what is left out has a usable value. */
export interface RawRequest {
  readonly method: string;
  readonly uri?: string;
  readonly version?: string;
  readonly branch?: string;
  readonly fromTag?: string;
  readonly toTag?: string | undefined;
  readonly callId?: string;
  readonly cseq?: number;
  /** Whole lines, put before Content-Length. */
  readonly lines?: readonly string[];
  /** `false` leaves Contact out. */
  readonly contact?: boolean;
  readonly body?: string;
}

/** A peer that says exactly what a test tells it, and writes down what it hears. */
export class RawPeer {
  readonly transport: Transport;
  /** `500 SIP/2.0 200 OK`, `0 BYE sip:…`: time and start line of everything that came, in order. */
  readonly log: string[] = [];
  readonly received: SipMessage[] = [];
  readonly #clock: ManualClock;
  readonly #to: Address;

  constructor(clock: ManualClock, transport: Transport, to: Address) {
    this.#clock = clock;
    this.#to = to;
    this.transport = transport;
    transport.onReceived(({ bytes }) => {
      const message = parseMessage(bytes);
      this.received.push(message);
      this.log.push(`${clock.now()} ${firstLine(message)}`);
    });
  }

  /** Octets as they are. */
  sendBytes(bytes: Uint8Array): void {
    this.transport.send(bytes, { address: this.#to });
  }

  sendText(text: string): void {
    this.sendBytes(toBytes(text));
  }

  /** Sends and lets what happens at once happen. */
  send(request: RawRequest): void {
    this.sendText(this.write(request));
    this.#clock.advance(0);
  }

  /** Answers a request that came. */
  respond(request: SipMessage, status: string, lines: readonly string[] = [], toTag?: string): void {
    const copied = request.headers
      .filter(({ name }) => ['Via', 'From', 'To', 'Call-ID', 'CSeq'].includes(name))
      .map(({ name, value }) =>
        name === 'To' && toTag !== undefined && toHeader(request)?.tag === undefined
          ? `To: ${value};tag=${toTag}`
          : `${name}: ${value}`,
      );
    const [body = ''] = lines.filter((line) => line.startsWith('v=0'));
    const headers = lines.filter((line) => !line.startsWith('v=0'));
    this.sendText(
      [`SIP/2.0 ${status}`, ...copied, ...headers, `Content-Length: ${body.length}`, '', body].join('\r\n'),
    );
    this.#clock.advance(0);
  }

  write(request: RawRequest): string {
    const { host, port } = this.transport.local;
    const { method, body = '' } = request;
    const own = this.transport.protocol.toUpperCase();
    const contact = request.contact === false ? [] : [`Contact: <sip:peer@${host}:${port}>`];
    return [
      `${method} ${request.uri ?? `sip:us@${this.#to.host}`} ${request.version ?? 'SIP/2.0'}`,
      `Via: SIP/2.0/${own} ${host}:${port};branch=${request.branch ?? `z9hG4bK-${method}-${request.cseq ?? 1}`}`,
      'Max-Forwards: 70',
      `From: <sip:peer@${host}>;tag=${request.fromTag ?? 'peer'}`,
      `To: <sip:us@${this.#to.host}>${request.toTag === undefined ? '' : `;tag=${request.toTag}`}`,
      `Call-ID: ${request.callId ?? 'raw-call'}`,
      `CSeq: ${request.cseq ?? 1} ${method}`,
      ...contact,
      ...(request.lines ?? []),
      `Content-Length: ${body.length}`,
      '',
      body,
    ].join('\r\n');
  }

  /** The latest message that came. */
  get last(): SipMessage {
    const last = this.received.at(-1);
    if (last === undefined) throw new Error('the peer heard nothing');
    return last;
  }

  /** Status lines and request lines without times, and forgets them. */
  take(): readonly string[] {
    return this.log.splice(0).map((line) => line.slice(line.indexOf(' ') + 1));
  }

  /** The body of the latest message as text. */
  get lastBody(): string {
    const { bytes, body } = this.last;
    return octetText(bytes, body.start, body.end);
  }
}

function firstLine({ startLine }: SipMessage): string {
  if (startLine.kind === 'response') return `${startLine.status} ${startLine.reason}`;
  return startLine.kind === 'request' ? startLine.method : startLine.text;
}
