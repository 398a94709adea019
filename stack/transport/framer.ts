import { DEFAULT_LIMITS } from '../core/limits.ts';

/** Sizes past which a stream is given up. */
export interface FramingLimits {
  /** Start line and headers, with the blank line. */
  readonly headerBytes: number;
  readonly bodyBytes: number;
}

export const DEFAULT_FRAMING_LIMITS: FramingLimits = {
  headerBytes: DEFAULT_LIMITS.headerBlockBytes,
  bodyBytes: DEFAULT_LIMITS.bodyBytes,
};

export type FramingErrorCode = 'not-sip' | 'header-too-long' | 'body-too-long' | 'bad-content-length';

/** What a framer hears out of a stream, in the order of the octets. */
export interface FramingEvents {
  /** One message from start line to end of body; the octets are the receiver's to keep. */
  onMessage(bytes: Uint8Array): void;
  /** A double CRLF between messages: the peer wants a single one back. @rfc 5626 §4.4.1 */
  onPing(): void;
  /** A single CRLF: the answer to a ping, when the listener says that it waited for one; else it may be the first half of a ping. */
  onCrLf?(): boolean;
  /** Octets that cannot be framed, as far as they arrived; the last event of this framer. */
  onInvalid(bytes: Uint8Array, code: FramingErrorCode): void;
}

export interface FramerOptions {
  readonly limits?: FramingLimits;
  /** Where incomplete messages are kept; Node gives Buffers, which are read faster. */
  readonly allocate?: (size: number) => Uint8Array;
}

/** Makes messages of what a stream brings. */
export interface Framer {
  /** Octets of a message that is not complete yet. */
  readonly pendingBytes: number;
  /** Takes what came next; `chunk` must not change afterwards. Events come from inside the call. */
  push(chunk: Uint8Array): void;
  /** Ends all reporting, also from inside an event. */
  stop(): void;
}

/** The framer for a kind of stream. */
export type MakeFramer = (events: FramingEvents, options: FramerOptions) => Framer;
