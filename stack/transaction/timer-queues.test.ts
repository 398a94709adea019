import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '../testing/manual-clock.ts';
import { TimerQueues, type TimerEntry } from './timer-queues.ts';

function setUp() {
  const clock = new ManualClock();
  const queues = new TimerQueues(clock);
  const log: string[] = [];
  const owner = { timerFired: (input: number) => log.push(`${clock.now()} ${input}`) };
  return { clock, queues, log, owner };
}

describe('TimerQueues', () => {
  it('fires each timer at its exact time, with one timer of the clock for each delay', () => {
    const { clock, queues, log, owner } = setUp();
    queues.start(500, owner, 1);
    clock.advance(100);
    queues.start(500, owner, 2);
    queues.start(32_000, owner, 3);
    expect([queues.size, clock.pending]).toEqual([3, 2]);
    clock.runAll(40_000);
    expect(log).toEqual(['500 1', '600 2', '32100 3']);
    expect([queues.size, clock.pending]).toEqual([0, 0]);
  });

  it('leaves nothing armed when the last timer is stopped, and lets it be stopped twice', () => {
    const { clock, queues, log, owner } = setUp();
    const entries = [1, 2, 3].map((n) => queues.start(500, owner, n));
    for (const entry of entries) entry.queue.remove(entry);
    for (const entry of entries) entry.queue.remove(entry);
    expect([queues.size, clock.pending]).toEqual([0, 0]);
    clock.advance(1000);
    expect(log).toEqual([]);
  });

  it('lets an owner stop and start timers while it is called', () => {
    const { clock, queues, log } = setUp();
    const others: TimerEntry[] = [];
    const owner = {
      timerFired: (input: number) => {
        log.push(`${clock.now()} ${input}`);
        for (const entry of others.splice(0)) entry.queue.remove(entry);
        if (input < 3) queues.start(500, owner, input + 2);
      },
    };
    queues.start(500, owner, 1);
    others.push(queues.start(500, owner, 2));
    clock.runAll(5000);
    expect(log).toEqual(['500 1', '1000 3']);
    expect([queues.size, clock.pending]).toEqual([0, 0]);
  });

  it('does not fire in the same turn what is started without a delay', () => {
    const { clock, queues, log } = setUp();
    const owner = {
      timerFired: (input: number) => {
        log.push(`${clock.now()} ${input}`);
        if (input < 2) queues.start(0, owner, input + 1);
      },
    };
    queues.start(0, owner, 0);
    expect(log).toEqual([]);
    clock.runAll(0);
    expect(log).toEqual(['0 0', '0 1', '0 2']);
  });

  it('keeps what is due when an owner throws', () => {
    const { clock, queues, log, owner } = setUp();
    queues.start(500, { timerFired: () => fail() }, 1);
    queues.start(500, owner, 2);
    expect(() => {
      clock.advance(500);
    }).toThrow('bug');
    clock.runAll(1000);
    expect(log).toEqual(['500 2']);
  });

  it('fires the oldest timer of all delays early, then stops all', () => {
    const { clock, queues, log, owner } = setUp();
    queues.start(32_000, owner, 1);
    clock.advance(10);
    queues.start(5000, owner, 2);
    clock.advance(10);
    queues.start(32_000, owner, 3);
    for (let i = 0; i < 2; i++) queues.fireOldest();
    expect(log).toEqual(['20 1', '20 2']);
    queues.dispose();
    expect([queues.size, clock.pending]).toEqual([0, 0]);
    queues.fireOldest();
    expect(log).toHaveLength(2);
  });

  it('agrees with one clock timer each, whatever is started and stopped when', () => {
    const step = fc.record({ delayMs: fc.constantFrom(0, 5, 20), waitMs: fc.nat(10), stops: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { clock, queues, log, owner } = setUp();
        const expected: string[] = [];
        steps.forEach(({ delayMs, waitMs, stops }, n) => {
          const entry = queues.start(delayMs, owner, n);
          const timer = clock.after(delayMs, () => expected.push(`${clock.now()} ${n}`));
          clock.advance(waitMs);
          if (!stops) return;
          entry.queue.remove(entry);
          timer.cancel();
        });
        clock.runAll(100);
        expect([...log].sort()).toEqual(expected.sort());
        expect([queues.size, clock.pending]).toEqual([0, 0]);
      }),
    );
  });
});

function fail(): never {
  throw new Error('bug');
}
