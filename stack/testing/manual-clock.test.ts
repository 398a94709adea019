import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualClock } from './manual-clock.ts';

describe('ManualClock', () => {
  it('fires each timer at its exact time, never from inside after()', () => {
    const clock = new ManualClock();
    const log: string[] = [];
    clock.after(0, () => log.push(`${clock.now()} now`));
    clock.after(500.25, () => log.push(`${clock.now()} later`));
    expect(log).toEqual([]);
    clock.advance(0);
    expect(log).toEqual(['0 now']);
    clock.advance(1000);
    expect(log).toEqual(['0 now', '500.25 later']);
    expect([clock.now(), clock.pending]).toEqual([1000, 0]);
  });

  it('fires timers due at the same time in the order they were armed, also one armed by a callback', () => {
    const clock = new ManualClock();
    const log: string[] = [];
    clock.after(5, () => {
      log.push('a');
      clock.after(0, () => log.push('c'));
    });
    clock.after(5, () => log.push('b'));
    clock.advance(5);
    expect(log).toEqual(['a', 'b', 'c']);
  });

  it('forgets a cancelled timer, however often it is cancelled', () => {
    const clock = new ManualClock();
    const log: string[] = [];
    const timer = clock.after(1, () => log.push('no'));
    const fired = clock.after(1, () => log.push('yes'));
    timer.cancel();
    timer.cancel();
    expect([clock.pending, clock.nextDueMs]).toEqual([1, 1]);
    clock.advance(1);
    fired.cancel();
    expect([log, clock.pending, clock.nextDueMs]).toEqual([['yes'], 0, undefined]);
  });

  it('runAll stops at the last timer and refuses one that re-arms itself for ever', () => {
    const clock = new ManualClock();
    clock.after(32_000, () => undefined);
    clock.runAll(60_000);
    expect(clock.now()).toBe(32_000);
    const again = (): void => {
      clock.after(10, again);
    };
    again();
    expect(() => {
      clock.runAll(1000);
    }).toThrow('1 timers still pending after 1000 ms');
  });

  it('lets promise callbacks run between timers when asked to', async () => {
    const clock = new ManualClock();
    const log: string[] = [];
    const sleep = (ms: number): Promise<void> => new Promise((resolve) => clock.after(ms, resolve));
    const work = async (): Promise<void> => {
      for (let step = 1; step <= 3; step++) {
        await sleep(10);
        log.push(`${clock.now()} step ${step}`);
      }
    };
    const done = work();
    await clock.runAllAsync(100);
    await done;
    expect(log).toEqual(['10 step 1', '20 step 2', '30 step 3']);
    await clock.advanceAsync(5);
    expect(clock.now()).toBe(35);
  });

  it('shows the wall clock moving with the monotonic one', () => {
    const clock = new ManualClock();
    clock.advance(1500);
    expect(new Date(clock.wallMs()).toISOString()).toBe('2026-01-01T00:00:01.500Z');
  });

  it('agrees with a sorted list, whatever is armed and cancelled', () => {
    const operation = fc.record({ delayMs: fc.nat(50), cancel: fc.boolean() });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 300 }), (operations) => {
        const clock = new ManualClock();
        const fired: number[] = [];
        const timers = operations.map(({ delayMs }, index) => clock.after(delayMs, () => fired.push(index)));
        operations.forEach(({ cancel }, index) => {
          if (cancel) timers[index]?.cancel();
        });
        const expected = operations
          .map((operation, index) => ({ ...operation, index }))
          .filter(({ cancel }) => !cancel)
          .sort((a, b) => a.delayMs - b.delayMs || a.index - b.index)
          .map(({ index }) => index);
        expect(clock.pending).toBe(expected.length);
        clock.runAll(50);
        expect(fired).toEqual(expected);
      }),
    );
  });
});
