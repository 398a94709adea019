import type { Timer } from './clock.ts';
import type { Disposable } from './emitter.ts';

/** The one real timer under the wheel. */
export interface Ticker {
  /** Monotonic milliseconds, as `Clock.now()`. */
  now(): number;
  /** Calls `wake` once, in `delayMs` or a little later, never synchronously; replaces an earlier arrangement. 0: as soon as pending I/O was served. */
  wakeIn(delayMs: number, wake: () => void): void;
  /** Whether anything is waiting for the wake-up; when not, it need not keep the process alive. */
  hold(isNeeded: boolean): void;
  /** Drops the arrangement. */
  stop(): void;
}

/** Bits of the tick that each wheel consumes, finest first: 256 slots of 1 ms, then 64 slots four times; together 32 bits. */
const LEVELS = [
  { shift: 0, bits: 8 },
  { shift: 8, bits: 6 },
  { shift: 14, bits: 6 },
  { shift: 20, bits: 6 },
  { shift: 26, bits: 6 },
].map(({ shift, bits }, index) => ({
  shift,
  size: 1 << bits,
  offset: index === 0 ? 0 : 256 + 64 * (index - 1),
}));
const SLOT_COUNT = 256 + 64 * 4;

/** Ticks ahead that the wheels can hold; what is due later waits there and is placed again. */
const HORIZON = 2 ** 31 - 1;
/** Longest the real timer sleeps: what `setTimeout` can take. */
const MAX_SLEEP_MS = 2 ** 31 - 1;
/** How long one wake-up may fire or move timers before it lets I/O run. */
const SLICE_MS = 2;
/** Timers fired or moved between two looks at the clock. */
const SLICE_CHECK = 32;

/** A list node: a timer, or the head of a slot's ring. */
class Link {
  next: Link = this;
  previous: Link = this;
}

class WheelTimer extends Link implements Timer {
  readonly dueTick: number;
  readonly #wheel: TimerWheel;
  #fire: (() => void) | undefined;

  constructor(dueTick: number, fire: () => void, wheel: TimerWheel) {
    super();
    this.dueTick = dueTick;
    this.#fire = fire;
    this.#wheel = wheel;
  }

  cancel(): void {
    if (this.#fire === undefined) return;
    this.#fire = undefined;
    unlink(this);
    this.#wheel.settle();
  }

  fire(): void {
    const fire = this.#fire;
    this.#fire = undefined;
    this.#wheel.settle();
    fire?.();
  }
}

/**
 * Timers on hierarchical wheels over one real timer: arming and cancelling cost the same however many there are.
 * Resolution is 1 ms, rounded up: nothing fires early. A timer sits on the wheel of the highest bit in which its tick differs from the
 * current one, so all timers of one tick travel together and fire in the order they were armed. When many are due at once they fire in
 * slices of 2 ms with I/O in between.
 */
export class TimerWheel implements Disposable {
  readonly #ticker: Ticker;
  readonly #slots = Array.from({ length: SLOT_COUNT }, () => new Link());
  /** The last tick whose timers fired, or are firing. */
  #current: number;
  /** A slot of a coarse wheel that is being spread over the finer ones, up to the tick where it begins. */
  #spreading: { readonly slot: Link; readonly tick: number } | undefined;
  #pending = 0;
  /** When the real timer goes off; Infinity when it is not set. */
  #wakeAtTick = Infinity;
  #isRunning = false;
  #isHeld = false;

  constructor(ticker: Ticker) {
    this.#ticker = ticker;
    this.#current = Math.floor(ticker.now());
  }

  /** Timers armed and neither fired nor cancelled. */
  get pending(): number {
    return this.#pending;
  }

  /** As `Clock.after`. */
  after(delayMs: number, fire: () => void): Timer {
    const nowMs = this.#ticker.now();
    const dueTick = Math.max(Math.ceil(nowMs + delayMs), this.#current + 1);
    const timer = new WheelTimer(dueTick, fire, this);
    this.#place(timer, this.#current);
    this.#pending++;
    if (this.#isRunning) return timer;
    if (!this.#isHeld) this.#hold(true);
    if (dueTick < this.#wakeAtTick) this.#wakeAt(dueTick, nowMs);
    return timer;
  }

  /** Cancels everything. */
  dispose(): void {
    for (const slot of this.#slots) {
      for (let timer = slot.next; timer instanceof WheelTimer; timer = slot.next) timer.cancel();
    }
    this.#wakeAtTick = Infinity;
    this.#ticker.stop();
  }

  /** What a timer calls when it is spent. */
  settle(): void {
    this.#pending--;
    // The real timer stays set: the next timer likely needs it, and waking for nothing is cheaper than setting it each time.
    if (this.#pending === 0 && !this.#isRunning) this.#hold(false);
  }

  readonly #wake = (): void => {
    this.#isRunning = true;
    this.#wakeAtTick = Infinity;
    let isCaughtUp = false;
    try {
      isCaughtUp = this.#run(this.#ticker.now());
    } finally {
      this.#isRunning = false;
      this.#sleep(isCaughtUp);
    }
  };

  #sleep(isCaughtUp: boolean): void {
    this.#hold(this.#pending > 0);
    if (this.#pending === 0) return;
    const nowMs = this.#ticker.now();
    this.#wakeAt(isCaughtUp ? Math.min(this.#nextTick(), this.#current + HORIZON) : nowMs, nowMs);
  }

  #wakeAt(tick: number, nowMs: number): void {
    this.#wakeAtTick = tick;
    this.#ticker.wakeIn(Math.min(Math.max(0, Math.ceil(tick - nowMs)), MAX_SLEEP_MS), this.#wake);
  }

  #hold(isNeeded: boolean): void {
    if (this.#isHeld === isNeeded) return;
    this.#isHeld = isNeeded;
    this.#ticker.hold(isNeeded);
  }

  /** Fires what is due; false when the slice was over first. */
  #run(nowMs: number): boolean {
    const target = Math.floor(nowMs);
    const slice = new Slice(this.#ticker, nowMs + SLICE_MS);
    for (;;) {
      if (!this.#spread(slice) || !this.#fireCurrent(slice)) return false;
      const next = this.#nextTick();
      if (next > target) break;
      const level = this.#levelOf(next, this.#current);
      if (level > 0) this.#spreading = { slot: this.#slot(level, next), tick: next };
      else this.#current = next;
    }
    this.#current = Math.max(this.#current, target);
    return true;
  }

  #fireCurrent(slice: Slice): boolean {
    const slot = this.#slot(0, this.#current);
    for (let timer = slot.next; timer !== slot; timer = slot.next) {
      unlink(timer);
      if (timer instanceof WheelTimer) timer.fire();
      if (slice.isOver()) return false;
    }
    return true;
  }

  /** Moves the timers of a coarse slot to finer wheels. Until it is empty, `current` stays before it, so that timers armed meanwhile queue behind. */
  #spread(slice: Slice): boolean {
    if (this.#spreading === undefined) return true;
    const { slot, tick } = this.#spreading;
    // Timers due in the first tick of the slot come to lie in its level 0 slot, which fires next.
    for (let timer = slot.next; timer !== slot; timer = slot.next) {
      unlink(timer);
      if (timer instanceof WheelTimer) this.#place(timer, tick);
      if (slice.isOver()) return false;
    }
    this.#current = tick;
    this.#spreading = undefined;
    return true;
  }

  #place(timer: WheelTimer, current: number): void {
    const tick = Math.min(timer.dueTick, current + HORIZON);
    append(this.#slot(this.#levelOf(tick, current), tick), timer);
  }

  /** The wheel of the highest bit in which the two ticks differ, modulo 2^32. */
  #levelOf(tick: number, current: number): number {
    const highest = 31 - Math.clz32(tick ^ current);
    return highest < 8 ? 0 : 1 + Math.floor((highest - 8) / 6);
  }

  #slot(level: number, tick: number): Link {
    const { shift, size, offset } = at(LEVELS, level);
    return at(this.#slots, offset + ((tick >>> shift) & (size - 1)));
  }

  /** The next tick at which a slot must be fired or spread. */
  #nextTick(): number {
    for (const { shift, size, offset } of LEVELS) {
      const position = (this.#current >>> shift) & (size - 1);
      // Only the coarsest wheel turns past its end: on the others, what lies behind is on a coarser wheel.
      const reach = shift === 26 ? size : size - position;
      for (let ahead = 1; ahead < reach; ahead++) {
        const slot = at(this.#slots, offset + ((position + ahead) & (size - 1)));
        if (slot.next === slot) continue;
        const width = 2 ** shift;
        return Math.floor(this.#current / width) * width + ahead * width;
      }
    }
    return Infinity;
  }
}

/** Tells when a wake-up has taken its time, looking at the clock only now and then. */
class Slice {
  readonly #ticker: Ticker;
  readonly #endMs: number;
  #count = 0;

  constructor(ticker: Ticker, endMs: number) {
    this.#ticker = ticker;
    this.#endMs = endMs;
  }

  isOver(): boolean {
    return ++this.#count % SLICE_CHECK === 0 && this.#ticker.now() >= this.#endMs;
  }
}

function unlink(link: Link): void {
  link.previous.next = link.next;
  link.next.previous = link.previous;
  link.next = link.previous = link;
}

function append(head: Link, link: Link): void {
  link.previous = head.previous;
  link.next = head;
  head.previous.next = link;
  head.previous = link;
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new RangeError(`no item ${index} in a list of ${list.length}`);
  return item;
}
