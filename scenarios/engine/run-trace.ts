import type { CapturedMessage } from '../../stack/transport/capture.ts';

/** A message of a run as it crossed the socket of an actor. */
export interface RunMessage extends CapturedMessage {
  /** Position in the trace, from 0. */
  readonly index: number;
  readonly actor: string;
  /** Since the run began. */
  readonly atMs: number;
  /** {@link StepInfo.id} of the step that sent or took it; undefined of what no step knows of, a retransmission for example. */
  readonly stepId: string | undefined;
}

export interface RunTraceOptions {
  /** What comes after so many is counted, not kept. */
  readonly maxMessages?: number;
  /** Hears of each message when it crosses, and again when a step has taken it. */
  readonly onMessage?: (message: RunMessage) => void;
}

const MAX_MESSAGES = 20_000;

/** Every message that crosses the sockets of a run, in order: what ladders and reports are made of. */
export class RunTrace {
  readonly #options: RunTraceOptions;
  readonly #messages: RunMessage[] = [];
  /** Where the octets that came stand, to be found when a step takes them. */
  readonly #places = new WeakMap<Uint8Array, number>();
  /** Steps whose octets have not gone out yet. */
  readonly #sentBy = new WeakMap<Uint8Array, string>();
  #startMs: number | undefined;
  #left = 0;

  constructor(options: RunTraceOptions = {}) {
    this.#options = options;
  }

  get messages(): readonly RunMessage[] {
    return this.#messages;
  }

  /** Messages that were not kept because there were too many. */
  get leftOut(): number {
    return this.#left;
  }

  /** The run begins now. @param nowMs - `Clock.now()` */
  begin(nowMs: number): void {
    this.#startMs = nowMs;
  }

  /** A step is about to send these octets. They count once: the same octets again are a retransmission. */
  sends(bytes: Uint8Array, stepId: string | undefined): void {
    if (stepId !== undefined) this.#sentBy.set(bytes, stepId);
  }

  /** A step has taken the message of these octets. */
  took(bytes: Uint8Array, stepId: string): void {
    const place = this.#places.get(bytes);
    const message = place === undefined ? undefined : this.#messages[place];
    if (place === undefined || message === undefined) return;
    const taken = { ...message, stepId };
    this.#messages[place] = taken;
    this.#options.onMessage?.(taken);
  }

  add(actor: string, captured: CapturedMessage): void {
    const { bytes, direction, atMs } = captured;
    const index = this.#messages.length;
    if (index >= (this.#options.maxMessages ?? MAX_MESSAGES)) {
      this.#left++;
      return;
    }
    const stepId = direction === 'out' ? this.#sentBy.get(bytes) : undefined;
    this.#sentBy.delete(bytes);
    if (direction === 'in') this.#places.set(bytes, index);
    const sinceStartMs = this.#startMs === undefined ? 0 : atMs - this.#startMs;
    const message: RunMessage = {
      ...captured,
      index,
      actor,
      atMs: sinceStartMs,
      bytes: bytes.slice(),
      stepId,
    };
    this.#messages.push(message);
    this.#options.onMessage?.(message);
  }
}
