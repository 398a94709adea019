import type { Address } from '../core/address.ts';
import type { Clock, Timer } from '../core/clock.ts';
import { DEFAULT_LIMITS, type LimitName } from '../core/limits.ts';
import type { ByteStream, ByteStreamEvents } from './byte-stream.ts';
import {
  DEFAULT_FRAMING_LIMITS,
  type Framer,
  type FramingErrorCode,
  type FramingLimits,
  type MakeFramer,
} from './framer.ts';
import { KeepAlive, PONG_TIMEOUT_MS } from './keep-alive.ts';
import type { TlsDetails } from './tls-details.ts';
import { TransportError } from './transport.ts';

/** What a connection may take of time and memory. */
export interface StreamLimits extends FramingLimits {
  readonly connectTimeoutMs: number;
  /** From an accepted connection to its first message; and from the first octet of a message to its last. */
  readonly messageTimeoutMs: number;
  readonly idleTimeoutMs: number;
  /** How long a connection can still be answered over when the peer ended its half after a message, and how long a close waits for a slow reader. */
  readonly lingerMs: number;
  /** Octets waiting for a slow reader past which the connection is given up. */
  readonly bufferedBytes: number;
}

export const DEFAULT_STREAM_LIMITS: StreamLimits = {
  ...DEFAULT_FRAMING_LIMITS,
  connectTimeoutMs: 10_000,
  messageTimeoutMs: DEFAULT_LIMITS.firstMessageMs,
  idleTimeoutMs: DEFAULT_LIMITS.idleMs,
  lingerMs: 1000,
  bufferedBytes: 4 * 1024 * 1024,
};

/** What the pool hears from its connections. */
export interface ConnectionOwner {
  onOpened(connection: StreamConnection): void;
  onMessage(connection: StreamConnection, bytes: Uint8Array): void;
  /** A message, no keep-alive, is handed to the stream. */
  onSent(connection: StreamConnection, bytes: Uint8Array): void;
  /** No new request should go over it. */
  onRetired(connection: StreamConnection): void;
  /** It takes nothing more. */
  onEnding(connection: StreamConnection): void;
  onGone(connection: StreamConnection, error: TransportError | undefined): void;
  /** It ends because of this limit. */
  onLimit(connection: StreamConnection, limit: LimitName): void;
}

export interface StreamConnectionOptions {
  readonly id: string;
  /** Who opened it decides what it must do first: open in time, or send a message in time. */
  readonly origin: 'accepted' | 'dialled';
  readonly clock: Clock;
  readonly limits: StreamLimits;
  readonly owner: ConnectionOwner;
  /** The name it was dialled for. */
  readonly serverName?: string | undefined;
  readonly open: (events: ByteStreamEvents) => ByteStream;
  readonly makeFramer: MakeFramer;
  readonly allocate?: (size: number) => Uint8Array;
}

/** What was sent and is not yet with the operating system. */
interface Outgoing {
  readonly bytes: Uint8Array;
  readonly onFailed: ((error: TransportError) => void) | undefined;
}

/** `SIP/` and `ACK `: what nobody waits for an answer to. */
const STATUS_LINE = [83, 73, 80, 47];
const ACK = [65, 67, 75, 32];
const CRLF = Uint8Array.of(13, 10);
const PING = Uint8Array.of(13, 10, 13, 10);

const FRAMING_ERRORS: Readonly<Record<FramingErrorCode, string>> = {
  'not-sip': 'the peer sent octets that begin no SIP message',
  'header-too-long': 'the headers of a message are longer than the limit',
  'body-too-long': 'the body of a message is longer than the limit',
  'bad-content-length': 'a message has a Content-Length that is no number, or two that differ',
};

const FRAMING_LIMIT_NAMES: Readonly<Partial<Record<FramingErrorCode, LimitName>>> = {
  'header-too-long': 'header-block',
  'body-too-long': 'body-size',
};

/** One connection: cuts what arrives into messages, gathers what is sent in one turn into one write, and ends by the limits. */
export class StreamConnection {
  readonly id: string;
  readonly origin: 'accepted' | 'dialled';
  readonly serverName: string | undefined;
  readonly startMs: number;
  readonly #options: StreamConnectionOptions;
  readonly #stream: ByteStream;
  readonly #framer: Framer;
  #state: 'connecting' | 'open' | 'ending' | 'gone';
  #queue: Outgoing[] = [];
  /** Writes handed to the stream, oldest first. */
  #writes: (readonly Outgoing[])[] = [];
  #bufferedBytes = 0;
  #isFlushPlanned = false;
  #lastActiveMs: number;
  /** A request came and nothing was sent since: the peer may be waiting. */
  #isAnswerDue = false;
  #error: TransportError | undefined;
  /** The one deadline that depends on the phase: connecting, first message, lingering. */
  #phaseTimer: Timer | undefined;
  #messageTimer: Timer | undefined;
  #idleTimer: Timer | undefined;
  #keepAlive: KeepAlive | undefined;

  constructor(options: StreamConnectionOptions) {
    const { id, clock, limits, allocate, origin } = options;
    this.id = id;
    this.origin = origin;
    this.serverName = options.serverName;
    this.#options = options;
    this.startMs = this.#lastActiveMs = clock.now();
    this.#state = origin === 'accepted' ? 'open' : 'connecting';
    this.#framer = options.makeFramer(
      {
        onMessage: (bytes) => {
          this.#receive(bytes);
        },
        onPing: () => {
          // One answer is enough for pings that come at once; whoever floods with them must not fill the queue.
          if (this.#queue.at(-1)?.bytes !== CRLF) this.send(CRLF, undefined);
        },
        onCrLf: () => this.#keepAlive?.pong() === true,
        onInvalid: (bytes, code) => {
          this.#reject(bytes, code);
        },
      },
      allocate === undefined ? { limits } : { limits, allocate },
    );
    this.#stream = options.open({
      onOpen: () => {
        this.#opened();
      },
      onData: (chunk) => {
        this.#read(chunk);
      },
      onEnd: () => {
        this.#peerEnded();
      },
      onClosed: (error) => {
        this.#gone(error);
      },
    });
    if (origin === 'accepted') this.#opened();
    else this.#setPhase(limits.connectTimeoutMs, 'no connection in time');
  }

  get local(): Address {
    return this.#stream.local;
  }

  get remote(): Address {
    return this.#stream.remote;
  }

  get tls(): TlsDetails | undefined {
    return this.#stream.tls;
  }

  /** Asks the peer at times whether it is there; a later call replaces an earlier one. @rfc 5626 §4.4.1 */
  keepAlive(nextDelayMs: () => number): () => void {
    this.#keepAlive?.stop();
    const keepAlive = new KeepAlive({
      clock: this.#options.clock,
      nextDelayMs,
      ping: () => {
        if (this.#stream.ping === undefined) this.send(PING, undefined);
        else this.#stream.ping(() => keepAlive.pong());
      },
      onDead: () => {
        this.abort(
          new TransportError('timed-out', `the peer did not answer a keep-alive (${PONG_TIMEOUT_MS} ms)`),
        );
      },
    });
    this.#keepAlive = keepAlive;
    return () => {
      keepAlive.stop();
    };
  }

  /** Queues octets; the outcome of a failure is told later. The owner stops calling it after `onEnding`. */
  send(bytes: Uint8Array, onFailed: ((error: TransportError) => void) | undefined): void {
    const isFull = this.#bufferedBytes > this.#options.limits.bufferedBytes;
    this.#bufferedBytes += bytes.length;
    this.#queue.push({ bytes, onFailed });
    if (isFull) {
      this.abort(new TransportError('timed-out', `the peer leaves ${this.#bufferedBytes} octets unread`));
    } else if (!this.#isFlushPlanned && this.#state === 'open') {
      this.#isFlushPlanned = true;
      void Promise.resolve().then(this.#flush);
    }
  }

  /** Sends what is queued, then closes; a connection that is not open yet is dropped. */
  close(error?: TransportError): void {
    if (this.#state === 'connecting') {
      this.abort(error ?? new TransportError('closed', 'closed before the connection was there'));
    } else if (this.#state === 'open') {
      this.#flush();
      this.#leave(error);
      this.#phaseTimer = this.#options.clock.after(this.#options.limits.lingerMs, () => {
        this.#stream.destroy();
      });
      this.#stream.close();
    }
  }

  /** Ends it at once; what waits in it is lost. */
  abort(error: TransportError): void {
    if (this.#state === 'gone' || this.#state === 'ending') return;
    this.#leave(error);
    this.#stream.destroy();
  }

  /** From here on only the end of the stream is awaited. */
  #leave(error: TransportError | undefined): void {
    this.#state = 'ending';
    this.#error = error;
    this.#framer.stop();
    this.#cancelTimers();
    this.#options.owner.onEnding(this);
  }

  #opened(): void {
    const { limits, origin, owner } = this.#options;
    if (this.#state === 'ending') return;
    this.#state = 'open';
    this.#phaseTimer?.cancel();
    this.#phaseTimer = undefined;
    if (origin === 'accepted')
      this.#setPhase(limits.messageTimeoutMs, 'no message after connecting', 'first-message-time');
    this.#watchIdle(limits.idleTimeoutMs);
    // An accepted connection is announced by the pool once it holds it.
    if (origin === 'dialled') owner.onOpened(this);
    this.#flush();
  }

  #read(chunk: Uint8Array): void {
    if (this.#state !== 'open') return;
    this.#lastActiveMs = this.#options.clock.now();
    this.#framer.push(chunk);
    this.#watchMessage();
  }

  #receive(bytes: Uint8Array): void {
    if (this.#phaseTimer !== undefined && this.#options.origin === 'accepted') {
      this.#phaseTimer.cancel();
      this.#phaseTimer = undefined;
    }
    this.#messageTimer?.cancel();
    this.#messageTimer = undefined;
    this.#isAnswerDue = !startsWith(bytes, STATUS_LINE) && !startsWith(bytes, ACK);
    this.#options.owner.onMessage(this, bytes);
  }

  /** What cannot be framed is shown, may still be answered in this turn, and ends the connection. */
  #reject(bytes: Uint8Array, code: FramingErrorCode): void {
    if (bytes.length > 0) this.#options.owner.onMessage(this, bytes);
    const limit = FRAMING_LIMIT_NAMES[code];
    if (limit !== undefined) this.#options.owner.onLimit(this, limit);
    this.close(new TransportError(limit === undefined ? 'closed' : 'too-large', FRAMING_ERRORS[code]));
  }

  #peerEnded(): void {
    if (this.#state !== 'open') return;
    this.#messageTimer?.cancel();
    this.#messageTimer = undefined;
    this.#options.owner.onRetired(this);
    if (!this.#isAnswerDue) {
      this.close();
      return;
    }
    this.#phaseTimer?.cancel();
    this.#phaseTimer = this.#options.clock.after(this.#options.limits.lingerMs, () => {
      this.close();
    });
  }

  #gone(streamError: TransportError | undefined): void {
    if (this.#state === 'gone') return;
    // A stream of messages keeps to the limit by itself.
    if (this.#state === 'open' && streamError?.code === 'too-large')
      this.#options.owner.onLimit(this, 'body-size');
    if (this.#state !== 'ending') this.#leave(streamError);
    this.#state = 'gone';
    this.#cancelTimers();
    const error = this.#error ?? streamError;
    const lost = [...this.#writes.flat(), ...this.#queue];
    this.#writes = [];
    this.#queue = [];
    this.#bufferedBytes = 0;
    this.#options.owner.onGone(this, error);
    const reason =
      error ?? new TransportError('closed', 'the connection was closed before the octets were sent');
    for (const { onFailed } of lost) onFailed?.(reason);
  }

  readonly #flush = (): void => {
    this.#isFlushPlanned = false;
    if (this.#state !== 'open' || this.#queue.length === 0) return;
    const batch = this.#queue;
    this.#queue = [];
    this.#writes.push(batch);
    this.#lastActiveMs = this.#options.clock.now();
    const chunks = batch.map(({ bytes }) => bytes);
    for (const bytes of chunks) {
      if (bytes === CRLF || bytes === PING) continue;
      this.#isAnswerDue = false;
      this.#options.owner.onSent(this, bytes);
    }
    this.#stream.write(chunks, this.#taken);
  };

  readonly #taken = (): void => {
    for (const { bytes } of this.#writes.shift() ?? []) this.#bufferedBytes -= bytes.length;
  };

  #setPhase(delayMs: number, message: string, limit?: LimitName): void {
    this.#phaseTimer = this.#options.clock.after(delayMs, () => {
      if (limit !== undefined) this.#options.owner.onLimit(this, limit);
      this.abort(new TransportError('timed-out', `${message} (${delayMs} ms)`));
    });
  }

  #watchMessage(): void {
    if (this.#framer.pendingBytes === 0) {
      this.#messageTimer?.cancel();
      this.#messageTimer = undefined;
    } else if (this.#state === 'open') {
      const { clock, limits } = this.#options;
      this.#messageTimer ??= clock.after(limits.messageTimeoutMs, () => {
        this.abort(
          new TransportError('timed-out', `a message stayed incomplete (${limits.messageTimeoutMs} ms)`),
        );
      });
    }
  }

  /** One timer for the whole life, set again only when it goes off: traffic costs no timer. */
  #watchIdle(delayMs: number): void {
    const { clock, limits } = this.#options;
    this.#idleTimer = clock.after(delayMs, () => {
      const leftMs = this.#lastActiveMs + limits.idleTimeoutMs - clock.now();
      if (leftMs > 0) {
        this.#watchIdle(leftMs);
      } else {
        this.#options.owner.onLimit(this, 'idle-time');
        this.close();
      }
    });
  }

  #cancelTimers(): void {
    this.#phaseTimer?.cancel();
    this.#messageTimer?.cancel();
    this.#idleTimer?.cancel();
    this.#keepAlive?.stop();
    this.#phaseTimer = this.#messageTimer = this.#idleTimer = undefined;
  }
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((octet, at) => bytes[at] === octet);
}
