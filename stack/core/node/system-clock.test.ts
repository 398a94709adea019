import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { createSystemClock } from './system-clock.ts';

describe('createSystemClock', () => {
  it('fires in order, never early and never from inside after()', async () => {
    const clock = createSystemClock();
    const log: string[] = [];
    const startMs = clock.now();
    await new Promise<void>((resolve) => {
      for (const delayMs of [30, 0, 10, 10.5, 30]) {
        clock.after(delayMs, () => {
          log.push(`${delayMs} ${clock.now() - startMs >= delayMs ? 'in time' : 'early'}`);
          if (log.length === 5) resolve();
        });
      }
      expect(log).toEqual([]);
    });
    expect(log).toEqual(['0 in time', '10 in time', '10.5 in time', '30 in time', '30 in time']);
    expect(clock.pending).toBe(0);
  });

  it('tells wall time with a fraction that follows the monotonic clock', () => {
    const clock = createSystemClock();
    const earliestMs = Date.now();
    const toldMs = clock.wallMs();
    // The other clock counts whole milliseconds, and is set right by others now and then.
    expect(toldMs).toBeGreaterThan(earliestMs - 20);
    expect(toldMs).toBeLessThan(Date.now() + 20);
    const before = { nowMs: clock.now(), wallMs: clock.wallMs() };
    const after = { wallMs: clock.wallMs(), nowMs: clock.now() };
    expect(after.wallMs - before.wallMs).toBeGreaterThanOrEqual(0);
    expect(after.wallMs - before.wallMs).toBeLessThanOrEqual(after.nowMs - before.nowMs);
  });

  it('keeps a process alive for a live timer and not for a cancelled one', () => {
    const file = new URL('./system-clock.ts', import.meta.url).href;
    const run = (body: string): { text: string; tookMs: number } => {
      const code = `const { createSystemClock } = await import(${JSON.stringify(file)}); const clock = createSystemClock(); ${body}`;
      const startMs = performance.now();
      const { stdout, stderr } = spawnSync(
        process.execPath,
        [...process.execArgv, '--input-type=module', '-e', code],
        {
          encoding: 'utf8',
          timeout: 20_000,
        },
      );
      return { text: stdout + stderr, tookMs: performance.now() - startMs };
    };
    expect(run(`clock.after(50, () => process.stdout.write('fired'));`).text).toBe('fired');
    const cancelled = run(`clock.after(15000, () => process.stdout.write('fired')).cancel();`);
    expect(cancelled.text).toBe('');
    expect(cancelled.tookMs).toBeLessThan(15_000);
  });
});
