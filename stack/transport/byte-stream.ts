import type { Address } from '../core/address.ts';
import type { TlsDetails } from './tls-details.ts';
import type { TransportError } from './transport.ts';

/** What the owner of a stream hears; nothing after `onClosed`, and nothing from inside a method of the stream. */
export interface ByteStreamEvents {
  /** A dialled stream has reached its peer. */
  onOpen(): void;
  onData(chunk: Uint8Array): void;
  /** The peer sends no more; it may still read. */
  onEnd(): void;
  /** The stream is gone, always reported once: with an error, or after `close`, `destroy` or both ends of the peer. */
  onClosed(error: TransportError | undefined): void;
}

/**
 * A reliable stream as the connection pool sees it: a socket, a WebSocket, or a pipe in memory.
 * Of a stream of octets the chunks mean nothing; of a stream of messages each chunk, read or written, is one.
 */
export interface ByteStream {
  /** Known once the stream is open. */
  readonly local: Address;
  readonly remote: Address;
  /** Known once the stream is open; undefined without TLS. */
  readonly tls?: TlsDetails | undefined;
  /** Takes octets, which must not change afterwards; `onTaken` follows when the operating system has them, and never if the stream dies before. */
  write(chunks: readonly Uint8Array[], onTaken: () => void): void;
  /** Sends what was written, then closes; nothing more is read. */
  close(): void;
  /** Closes at once; what was written may be lost. */
  destroy(): void;
  /** Where the stream has a way of its own to ask whether the peer is there. @rfc 6455 §5.5.2 */
  ping?(onPong: () => void): void;
}

/** Begins to open a stream. `serverName` is the name the peer's certificate must be for; without one it is the address. */
export type Dial = (remote: Address, events: ByteStreamEvents, serverName: string | undefined) => ByteStream;
