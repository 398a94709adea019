import { expect, it } from 'vitest';
import { ManualClock } from '../../stack/testing/manual-clock.ts';
import { createThrottle } from './throttle.ts';

it('fires at once, then once an interval, and never after it is disposed of', () => {
  const clock = new ManualClock();
  const fired: number[] = [];
  const throttle = createThrottle(clock, 100, () => fired.push(clock.now()));
  throttle.request();
  clock.advance(10);
  throttle.request();
  throttle.request();
  clock.advance(500);
  expect(fired).toEqual([0, 100]);
  throttle.request();
  throttle.request();
  throttle.dispose();
  clock.advance(500);
  expect(fired).toEqual([0, 100, 510]);
  expect(clock.pending).toBe(0);
});
