import type { Clock, Timer } from '../core/clock.ts';

/** 2026-01-01T00:00:00Z: where the wall clock of every test starts. */
const WALL_ORIGIN_MS = 1_767_225_600_000;

/** Microtask turns that `settle` grants: more than any chain of awaits in the stack is long. */
const SETTLE_TURNS = 40;

class ManualTimer implements Timer {
  readonly dueMs: number;
  readonly order: number;
  readonly #onCancelled: () => void;
  #fire: (() => void) | undefined;

  constructor(dueMs: number, order: number, fire: () => void, onCancelled: () => void) {
    this.dueMs = dueMs;
    this.order = order;
    this.#fire = fire;
    this.#onCancelled = onCancelled;
  }

  get isLive(): boolean {
    return this.#fire !== undefined;
  }

  cancel(): void {
    if (this.#fire === undefined) return;
    this.#fire = undefined;
    this.#onCancelled();
  }

  /** Gives the callback away, once. */
  take(): (() => void) | undefined {
    const fire = this.#fire;
    this.#fire = undefined;
    return fire;
  }
}

/** Time that stands still until a test moves it: exact to the last digit, and nothing waits. */
export class ManualClock implements Clock {
  #nowMs = 0;
  #armed = 0;
  #live = 0;
  /** Binary heap by due time, then by order of arming; cancelled timers stay until they surface or outnumber the live ones. */
  #heap: ManualTimer[] = [];

  now(): number {
    return this.#nowMs;
  }

  wallMs(): number {
    return WALL_ORIGIN_MS + this.#nowMs;
  }

  after(delayMs: number, fire: () => void): Timer {
    const timer = new ManualTimer(this.#nowMs + Math.max(0, delayMs), this.#armed++, fire, this.#forget);
    this.#live++;
    this.#heap.push(timer);
    this.#siftUp(this.#heap.length - 1);
    return timer;
  }

  /** Timers armed and neither fired nor cancelled: 0 at the end of every test. */
  get pending(): number {
    return this.#live;
  }

  /** When the next timer is due, in milliseconds of `now()`. */
  get nextDueMs(): number | undefined {
    this.#dropCancelled();
    return this.#heap[0]?.dueMs;
  }

  /** Moves time forward and fires what becomes due on the way, each timer at its exact time, also those armed meanwhile. */
  advance(ms: number): void {
    const untilMs = this.#nowMs + ms;
    while (this.#fireNext(untilMs));
    this.#nowMs = untilMs;
  }

  /** Like `advance`, and lets promise callbacks run before every timer and at the end. */
  async advanceAsync(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    await this.settle();
    while (this.#fireNext(untilMs)) await this.settle();
    this.#nowMs = untilMs;
  }

  /**
   * Fires timers until none is left; time stops at the last one.
   * @throws Error when timers are still pending `limitMs` from now: something re-arms itself for ever.
   */
  runAll(limitMs: number): void {
    const untilMs = this.#nowMs + limitMs;
    while (this.#fireNext(untilMs));
    this.#assertIdle(limitMs);
  }

  /** Like `runAll`, and lets promise callbacks run in between. */
  async runAllAsync(limitMs: number): Promise<void> {
    const untilMs = this.#nowMs + limitMs;
    await this.settle();
    while (this.#fireNext(untilMs)) await this.settle();
    this.#assertIdle(limitMs);
  }

  /** Lets promise callbacks run; time does not move. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < SETTLE_TURNS; turn++) await Promise.resolve();
  }

  readonly #forget = (): void => {
    this.#live--;
    if (this.#heap.length > 64 && this.#live < this.#heap.length / 2) this.#compact();
  };

  #assertIdle(limitMs: number): void {
    if (this.#live > 0) throw new Error(`${this.#live} timers still pending after ${limitMs} ms`);
  }

  #fireNext(untilMs: number): boolean {
    this.#dropCancelled();
    const next = this.#heap[0];
    if (next === undefined || next.dueMs > untilMs) return false;
    this.#pop();
    this.#nowMs = Math.max(this.#nowMs, next.dueMs);
    this.#live--;
    next.take()?.();
    return true;
  }

  #dropCancelled(): void {
    while (this.#heap[0]?.isLive === false) this.#pop();
  }

  /** A list sorted by due time is a heap. */
  #compact(): void {
    this.#heap = this.#heap.filter((timer) => timer.isLive).sort((a, b) => (isBefore(a, b) ? -1 : 1));
  }

  #pop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#siftDown(0);
  }

  #siftUp(from: number): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#swapIfBefore(index, parent)) return;
      index = parent;
    }
  }

  #siftDown(from: number): void {
    let index = from;
    for (;;) {
      const left = 2 * index + 1;
      const smaller = this.#isBeforeAt(left + 1, left) ? left + 1 : left;
      if (!this.#swapIfBefore(smaller, index)) return;
      index = smaller;
    }
  }

  #isBeforeAt(a: number, b: number): boolean {
    const first = this.#heap[a];
    const second = this.#heap[b];
    return first !== undefined && second !== undefined && isBefore(first, second);
  }

  #swapIfBefore(child: number, parent: number): boolean {
    const lower = this.#heap[child];
    const upper = this.#heap[parent];
    if (lower === undefined || upper === undefined || !isBefore(lower, upper)) return false;
    this.#heap[child] = upper;
    this.#heap[parent] = lower;
    return true;
  }
}

function isBefore(a: ManualTimer, b: ManualTimer): boolean {
  return a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.order < b.order);
}
