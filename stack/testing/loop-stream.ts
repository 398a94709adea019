import type { Address } from '../core/address.ts';
import type { Clock } from '../core/clock.ts';
import type { ByteStream, ByteStreamEvents } from '../transport/byte-stream.ts';
import { TransportError } from '../transport/transport.ts';

/** Takes the far end of a stream that is being opened; undefined when nobody listens there. */
export type Accept = (remote: Address, open: (events: ByteStreamEvents) => ByteStream) => void;

export interface LoopStreamOptions {
  readonly clock: Clock;
  readonly local: Address;
  readonly remote: Address;
  /** One-way delay at the moment; what is sent later never arrives earlier. */
  readonly delayMs: () => number;
  /** What is to go wrong now, asked when opening and with every write. */
  readonly nextFailure: () => TransportError | undefined;
  /** Asked when the opening arrives. */
  readonly listener: () => Accept | undefined;
}

/** Opens a pipe to a listener of the loop network. */
export function dialLoop(options: LoopStreamOptions, events: ByteStreamEvents): ByteStream {
  const { local, remote, listener } = options;
  const near = new LoopStream(local, remote, options);
  const failure = options.nextFailure();
  near.attach(events);
  near.post(() => {
    const accept = failure === undefined ? listener() : undefined;
    if (accept === undefined) {
      near.post(() => {
        near.die(
          failure ?? new TransportError('refused', `nobody listens on ${remote.host} port ${remote.port}`),
        );
      });
      return;
    }
    const far = new LoopStream(remote, local, options);
    near.peer = far;
    far.peer = near;
    accept(local, (farEvents) => {
      far.attach(farEvents);
      return far;
    });
    far.post(() => {
      near.open();
    });
  });
  return near;
}

/** One end of a pipe: reliable, in order, with octets copied at the crossing. */
class LoopStream implements ByteStream {
  readonly local: Address;
  readonly remote: Address;
  peer: LoopStream | undefined;
  readonly #options: LoopStreamOptions;
  #events: ByteStreamEvents | undefined;
  #lastArrivalMs = 0;
  #isClosing = false;
  #hasPeerEnded = false;

  constructor(local: Address, remote: Address, options: LoopStreamOptions) {
    this.local = local;
    this.remote = remote;
    this.#options = options;
  }

  attach(events: ByteStreamEvents): void {
    this.#events = events;
  }

  /** Has something happen at the other end, after all that was sent before. */
  post(arrive: () => void): void {
    const { clock, delayMs } = this.#options;
    const nowMs = clock.now();
    this.#lastArrivalMs = Math.max(this.#lastArrivalMs, nowMs + delayMs());
    clock.after(this.#lastArrivalMs - nowMs, arrive);
  }

  open(): void {
    if (!this.#isClosing) this.#events?.onOpen();
  }

  /** The end of this end; nothing is reported after it. */
  die(error: TransportError | undefined): void {
    const events = this.#events;
    this.#events = undefined;
    this.#isClosing = true;
    events?.onClosed(error);
  }

  write(chunks: readonly Uint8Array[], onTaken: () => void): void {
    const failure = this.#options.nextFailure();
    if (failure !== undefined) {
      this.#reset(failure);
      return;
    }
    const copies = chunks.map((chunk) => new Uint8Array(chunk));
    this.post(() => {
      if (this.peer !== undefined) this.peer.#arrive(copies);
    });
    later(() => {
      if (this.#events !== undefined) onTaken();
    });
  }

  close(): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.post(() => {
      if (this.peer !== undefined) this.peer.#finish();
    });
    later(() => {
      this.die(undefined);
    });
  }

  destroy(): void {
    if (!this.#isClosing) this.#reset(undefined);
  }

  #reset(error: TransportError | undefined): void {
    this.#isClosing = true;
    this.#postReset();
    later(() => {
      this.die(error);
    });
  }

  #postReset(): void {
    this.post(() => {
      const { peer } = this;
      if (peer === undefined || peer.#isClosing) return;
      peer.die(new TransportError('closed', 'the peer reset the connection'));
    });
  }

  #arrive(chunks: readonly Uint8Array[]): void {
    for (const chunk of chunks) if (!this.#isClosing) this.#events?.onData(chunk);
    // As TCP does: octets for an end that was closed are answered with a reset.
    if (this.#isClosing) this.#postReset();
  }

  #finish(): void {
    if (this.#isClosing || this.#hasPeerEnded) return;
    this.#hasPeerEnded = true;
    this.#events?.onEnd();
  }
}

/** A promise turn, not the clock: closing must not wait for a test to move time. */
function later(act: () => void): void {
  void Promise.resolve().then(act);
}
