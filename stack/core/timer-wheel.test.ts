import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TimerWheel, type Ticker } from './timer-wheel.ts';

/** Real time played by hand: `tickMs` passes with every look at the clock, to make slices run out. */
class FakeTicker implements Ticker {
  nowMs: number;
  tickMs = 0;
  isHeld = false;
  wakeUps = 0;
  #wake: { readonly atMs: number; readonly run: () => void } | undefined;

  constructor(nowMs = 0) {
    this.nowMs = nowMs;
  }

  now(): number {
    this.nowMs += this.tickMs;
    return this.nowMs;
  }

  wakeIn(delayMs: number, wake: () => void): void {
    this.#wake = { atMs: this.nowMs + delayMs, run: wake };
  }

  hold(isNeeded: boolean): void {
    this.isHeld = isNeeded;
  }

  stop(): void {
    this.#wake = undefined;
  }

  get isArmed(): boolean {
    return this.#wake !== undefined;
  }

  /** Moves on and wakes whenever that is due; `earlyMs` plays a system that wakes too soon. */
  advanceTo(untilMs: number, earlyMs = 0): void {
    while (this.#wake !== undefined && this.#wake.atMs - earlyMs <= untilMs) {
      const { atMs, run } = this.#wake;
      this.#wake = undefined;
      this.nowMs = Math.max(this.nowMs, atMs - earlyMs);
      this.wakeUps++;
      run();
    }
    this.nowMs = Math.max(this.nowMs, untilMs);
  }
}

function setUp(nowMs = 0) {
  const ticker = new FakeTicker(nowMs);
  const wheel = new TimerWheel(ticker);
  const log: string[] = [];
  const arm = (delayMs: number, name: string) =>
    wheel.after(delayMs, () => log.push(`${ticker.nowMs} ${name}`));
  return { ticker, wheel, log, arm };
}

describe('TimerWheel', () => {
  it('fires at the due time rounded up to 1 ms, on every wheel', () => {
    const delays = [
      0,
      1,
      0.3,
      255,
      256,
      257,
      500,
      16_383,
      16_384,
      32_000,
      1_048_576,
      70_000_000,
      2 ** 31,
      2 ** 32 + 5,
      2 ** 33,
    ];
    const { ticker, log, wheel, arm } = setUp(100);
    for (const delayMs of delays) arm(delayMs, `${delayMs}`);
    ticker.advanceTo(2 ** 34);
    const expected = delays
      .map((delayMs) => ({ delayMs, atMs: 100 + Math.max(1, Math.ceil(delayMs)) }))
      .sort((a, b) => a.atMs - b.atMs);
    expect(log).toEqual(expected.map(({ atMs, delayMs }) => `${atMs} ${delayMs}`));
    expect([wheel.pending, ticker.isHeld, ticker.isArmed]).toEqual([0, false, false]);
  });

  it('keeps the order of arming among timers of one tick that were armed at different distances', () => {
    const { ticker, log, arm } = setUp();
    arm(40_000, 'far');
    ticker.advanceTo(39_000);
    arm(1000, 'near');
    ticker.advanceTo(39_990);
    arm(10, 'close');
    ticker.advanceTo(40_000);
    expect(log).toEqual(['40000 far', '40000 near', '40000 close']);
  });

  it('does not fire early when the system wakes early', () => {
    const { ticker, log, arm } = setUp();
    arm(500, 'a');
    ticker.advanceTo(499.6, 0.5);
    expect(log).toEqual([]);
    ticker.advanceTo(501);
    expect(log).toEqual(['500.5 a']);
  });

  it('cancels, also from a callback of the same tick, and lets go of the process', () => {
    const { ticker, log, wheel, arm } = setUp();
    const b = { cancel: (): void => undefined };
    wheel.after(10, () => {
      log.push('a');
      b.cancel();
    });
    b.cancel = ((timer) => () => {
      timer.cancel();
      timer.cancel();
    })(arm(10, 'b'));
    expect([wheel.pending, ticker.isHeld]).toEqual([2, true]);
    ticker.advanceTo(20);
    expect([log, wheel.pending, ticker.isHeld]).toEqual([['a'], 0, false]);
    arm(10, 'c').cancel();
    expect([wheel.pending, ticker.isHeld]).toEqual([0, false]);
    arm(10, 'd');
    expect(ticker.isHeld).toBe(true);
    ticker.advanceTo(40);
    expect(log).toEqual(['a', '30 d']);
  });

  it('fires a crowd of one tick in slices, in order, with timers armed meanwhile behind it', () => {
    const { ticker, wheel } = setUp();
    const fired: number[] = [];
    for (let i = 0; i < 10_000; i++) wheel.after(300_000, () => fired.push(i));
    wheel.after(300_001, () => fired.push(-1));
    ticker.advanceTo(299_000);
    ticker.tickMs = 0.5;
    ticker.wakeUps = 0;
    let isArmedMeanwhile = false;
    while (wheel.pending > 0) {
      ticker.advanceTo(ticker.nowMs + 1);
      if (isArmedMeanwhile || ticker.nowMs < 300_001) continue;
      isArmedMeanwhile = true;
      wheel.after(0, () => fired.push(-2));
    }
    expect(ticker.wakeUps).toBeGreaterThan(50);
    expect(fired.slice(0, 10_000)).toEqual(Array.from({ length: 10_000 }, (_, i) => i));
    expect(fired.slice(10_000)).toEqual([-1, -2]);
  });

  it('goes on after a callback that throws', () => {
    const { ticker, log, wheel, arm } = setUp();
    wheel.after(5, () => {
      throw new Error('a bug');
    });
    arm(5, 'next');
    expect(() => {
      ticker.advanceTo(5);
    }).toThrow('a bug');
    ticker.advanceTo(6);
    expect([log, wheel.pending]).toEqual([['5 next'], 0]);
  });

  it('cancels everything when disposed', () => {
    const { ticker, log, wheel, arm } = setUp();
    const timer = arm(5, 'a');
    arm(50_000, 'b');
    wheel.dispose();
    timer.cancel();
    ticker.advanceTo(60_000);
    expect([log, wheel.pending, ticker.isArmed, ticker.isHeld]).toEqual([[], 0, false, false]);
  });

  it('agrees with a sorted list, whatever is armed, cancelled and waited for', () => {
    const delay = fc.oneof(
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 3_000_000 }),
      fc.constantFrom(1, 256, 16_384, 2 ** 31 + 7),
    );
    const operation = fc.oneof(
      fc.record({ kind: fc.constant('arm' as const), value: delay }),
      fc.record({ kind: fc.constant('cancel' as const), value: fc.nat(100) }),
      fc.record({ kind: fc.constant('wait' as const), value: fc.oneof(fc.nat(50), fc.nat(20_000)) }),
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 200 }), fc.nat(2 ** 33), (operations, startMs) => {
        const { ticker, wheel } = setUp(startMs);
        const fired: string[] = [];
        const model: { name: string; due: number; cancel: () => void; isCancelled: boolean }[] = [];
        for (const { kind, value } of operations) {
          if (kind === 'wait') {
            ticker.advanceTo(ticker.nowMs + value);
          } else if (kind === 'arm') {
            const name = `timer ${model.length}`;
            const timer = wheel.after(value, () => fired.push(`${ticker.nowMs} ${name}`));
            const due = ticker.nowMs + value;
            model.push({
              name,
              due,
              cancel: () => {
                timer.cancel();
              },
              isCancelled: false,
            });
          } else {
            const entry = model[value];
            if (entry === undefined || entry.due <= ticker.nowMs) continue;
            entry.cancel();
            entry.isCancelled = true;
          }
        }
        ticker.advanceTo(ticker.nowMs + 2 ** 32);
        const expected = model.filter((entry) => !entry.isCancelled).sort((a, b) => a.due - b.due);
        expect(fired).toEqual(expected.map(({ due, name }) => `${due} ${name}`));
        expect(wheel.pending).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});
