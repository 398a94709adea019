import { StreamFramer } from '../../stack/transport/framing.ts';
import { beginningOf, startsSip } from './sip-octets.ts';
import { TcpStream } from './tcp-stream.ts';
import { WebSocketReader } from './web-socket.ts';

export interface ConnectionEvents {
  onMessage(bytes: Uint8Array, protocol: 'tcp' | 'ws', wallMs: number): void;
  /** Something was left out: why, as in "12 ...". */
  onUnread(reason: string): void;
}

const WEB_SOCKET_START = /^(?:GET \S+ HTTP\/1\.1\r\n|HTTP\/1\.1 101 )/i;
const LINE_ENDS = /^[\r\n]*$/;

/** A handshake record of TLS 1.0 to 1.3. @rfc 8446 §5.1 */
const startsTls = ([type, major, minor]: Uint8Array): boolean =>
  type === 22 && major === 3 && minor !== undefined && minor <= 4;

type Kind = 'unknown' | 'sip' | 'ws' | 'tls';

/** One direction of a TCP connection that may carry SIP, plain or in a WebSocket. What is neither is passed over. */
export class SipConnection {
  readonly stream: TcpStream;
  readonly #events: ConnectionEvents;
  #kind: Kind = 'unknown';
  #framer: StreamFramer | undefined;
  #webSocket: WebSocketReader | undefined;
  #wallMs = 0;

  constructor(events: ConnectionEvents) {
    this.#events = events;
    this.stream = new TcpStream({
      onData: (bytes, wallMs) => this.#take(bytes, wallMs),
      onGap: () => {
        if (this.#kind === 'sip')
          events.onUnread('gaps in TCP connections: messages around them are missing');
        if (this.#kind !== 'tls') this.#forget();
      },
    });
  }

  #take(bytes: Uint8Array, wallMs: number): void {
    this.#wallMs = wallMs;
    if (this.#kind === 'unknown') this.#begin(bytes);
    if (this.#kind === 'sip') this.#framer?.push(bytes);
    else if (this.#kind === 'ws') this.#webSocket?.push(bytes, wallMs);
  }

  /** A capture may begin in the middle of a connection: the first segment that begins a message counts. */
  #begin(bytes: Uint8Array): void {
    const text = beginningOf(bytes, 200);
    const content = LINE_ENDS.test(text) ? '' : text.trimStart();
    if (startsTls(bytes)) {
      this.#kind = 'tls';
      this.#events.onUnread('connections encrypted by TLS');
    } else if (WEB_SOCKET_START.test(text)) {
      this.#kind = 'ws';
      this.#webSocket = new WebSocketReader({
        onMessage: (message, wallMs) => {
          if (startsSip(message)) this.#events.onMessage(message, 'ws', wallMs);
        },
        onUnread: () => this.#events.onUnread('WebSocket messages that are compressed or too large'),
      });
    } else if (content !== '' && startsSip(bytes.subarray(text.length - content.length))) {
      this.#kind = 'sip';
      this.#framer = this.#newFramer();
    }
  }

  #newFramer(): StreamFramer {
    return new StreamFramer({
      onMessage: (message) => this.#events.onMessage(message.slice(), 'tcp', this.#wallMs),
      onPing: () => undefined,
      onInvalid: () => {
        this.#events.onUnread('streams that cannot be cut into messages');
        this.#forget();
      },
    });
  }

  #forget(): void {
    this.#kind = 'unknown';
    this.#framer = this.#webSocket = undefined;
  }
}
