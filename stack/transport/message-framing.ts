import {
  DEFAULT_FRAMING_LIMITS,
  type Framer,
  type FramerOptions,
  type FramingEvents,
  type FramingLimits,
} from './framer.ts';

const CR = 13;
const LF = 10;

/**
 * For streams that keep messages apart by themselves: each chunk is one message, whatever its Content-Length, or a keep-alive.
 * What is no SIP goes on as it is: the next message begins where it begins. @rfc 7118 §5.1, §6
 */
export class MessageFramer implements Framer {
  readonly pendingBytes = 0;
  readonly #events: FramingEvents;
  readonly #limits: FramingLimits;
  #isDead = false;

  constructor(events: FramingEvents, options: FramerOptions = {}) {
    this.#events = events;
    this.#limits = options.limits ?? DEFAULT_FRAMING_LIMITS;
  }

  push(chunk: Uint8Array): void {
    if (this.#isDead || chunk.length === 0) return;
    if (isLineEnds(chunk)) {
      if (chunk.length > 2) this.#events.onPing();
      else this.#events.onCrLf?.();
      return;
    }
    const { headerBytes, bodyBytes } = this.#limits;
    if (chunk.length <= headerBytes + bodyBytes) {
      this.#events.onMessage(chunk);
    } else {
      this.#isDead = true;
      this.#events.onInvalid(chunk.subarray(0, headerBytes), 'body-too-long');
    }
  }

  stop(): void {
    this.#isDead = true;
  }
}

function isLineEnds(chunk: Uint8Array): boolean {
  return (
    (chunk.length === 2 || chunk.length === 4) &&
    chunk.every((octet, at) => octet === (at % 2 === 0 ? CR : LF))
  );
}
