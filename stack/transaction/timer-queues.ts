import type { Clock, Timer } from '../core/clock.ts';

/** Hears from its timers by the number it gave them. */
export interface TimerOwner {
  timerFired(input: number): void;
}

/** A running timer; opaque to its owner, who keeps it to stop it. */
export interface TimerEntry {
  readonly queue: DelayQueue;
  readonly owner: TimerOwner;
  readonly input: number;
  readonly dueMs: number;
  isRunning: boolean;
  previous: TimerEntry | undefined;
  next: TimerEntry | undefined;
}

/**
 * Timers sorted by their delay. SIP knows about a dozen different delays, so each gets a first-in-first-out list with one timer of the
 * clock for its head: starting and stopping cost a few pointer writes and no closure, however many transactions are alive.
 */
export class TimerQueues {
  readonly #clock: Clock;
  readonly #queues = new Map<number, DelayQueue>();
  readonly #count = { running: 0 };

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Timers running now. */
  get size(): number {
    return this.#count.running;
  }

  /** Calls `owner.timerFired(input)` after `delayMs`, never synchronously. */
  start(delayMs: number, owner: TimerOwner, input: number): TimerEntry {
    let queue = this.#queues.get(delayMs);
    if (queue === undefined) {
      queue = new DelayQueue(this.#clock, delayMs, this.#count);
      this.#queues.set(delayMs, queue);
    }
    return queue.push(owner, input);
  }

  /** When the timer that has been running longest was started; Infinity without any. */
  get oldestMs(): number {
    const oldest = this.#oldest();
    return oldest === undefined ? Infinity : oldest.dueMs - oldest.queue.delayMs;
  }

  /** Fires the timer that has been running longest at once. */
  fireOldest(): void {
    const oldest = this.#oldest();
    if (oldest === undefined) return;
    oldest.queue.remove(oldest);
    oldest.owner.timerFired(oldest.input);
  }

  #oldest(): TimerEntry | undefined {
    let oldest: TimerEntry | undefined;
    for (const { head, delayMs } of this.#queues.values()) {
      if (head && (!oldest || head.dueMs - delayMs < oldest.dueMs - oldest.queue.delayMs)) oldest = head;
    }
    return oldest;
  }

  /** Stops every timer. */
  dispose(): void {
    for (const queue of this.#queues.values()) queue.dispose();
    this.#queues.clear();
  }
}

/** Timers of one delay, the next one due first. */
class DelayQueue {
  readonly delayMs: number;
  head: TimerEntry | undefined;
  readonly #clock: Clock;
  /** Shared by all queues. */
  readonly #count: { running: number };
  #tail: TimerEntry | undefined;
  #timer: Timer | undefined;

  constructor(clock: Clock, delayMs: number, count: { running: number }) {
    this.#clock = clock;
    this.delayMs = delayMs;
    this.#count = count;
  }

  push(owner: TimerOwner, input: number): TimerEntry {
    const dueMs = this.#clock.now() + this.delayMs;
    const previous = this.#tail;
    const entry: TimerEntry = {
      queue: this,
      owner,
      input,
      dueMs,
      isRunning: true,
      previous,
      next: undefined,
    };
    if (previous === undefined) this.head = entry;
    else previous.next = entry;
    this.#tail = entry;
    this.#count.running++;
    this.#timer ??= this.#clock.after(this.delayMs, this.#onDue);
    return entry;
  }

  /** Harmless when the timer has fired or was removed before. */
  remove(entry: TimerEntry): void {
    if (!entry.isRunning) return;
    this.#unlink(entry);
    if (this.head !== undefined) return;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  dispose(): void {
    while (this.head !== undefined) this.remove(this.head);
  }

  #unlink(entry: TimerEntry): void {
    const { previous, next } = entry;
    if (previous === undefined) this.head = next;
    else previous.next = next;
    if (next === undefined) this.#tail = previous;
    else next.previous = previous;
    entry.previous = entry.next = undefined;
    entry.isRunning = false;
    this.#count.running--;
  }

  readonly #onDue = (): void => {
    const now = this.#clock.now();
    // What is started meanwhile waits for the next turn, even with no delay at all.
    const last = this.#tail;
    try {
      for (let entry = this.head; entry !== undefined && entry.dueMs <= now; entry = this.head) {
        this.#unlink(entry);
        entry.owner.timerFired(entry.input);
        if (entry === last) break;
      }
    } finally {
      // A head that was stopped leaves the clock's timer running: here it is armed for whoever is first now.
      this.#timer?.cancel();
      this.#timer = this.head && this.#clock.after(Math.max(0, this.head.dueMs - now), this.#onDue);
    }
  };
}
