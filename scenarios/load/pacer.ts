import type { RateProfile } from './plan.ts';
import { dueBy, rateAt } from './profile.ts';

/** Bounds of the wait between two looks at a rate that may change. */
const LONGEST_WAIT_MS = 20;
const SHORTEST_WAIT_MS = 0.1;

/**
 * Says when calls are to begin. An open loop: the times follow from the profile alone, never from how calls go, and a call that begins late
 * still has the time at which it was due, so that no wait goes uncounted (coordinated omission).
 */
export class Pacer {
  #profile: RateProfile;
  readonly #scale: number;
  /** When the profile began, in the time of the caller's clock; moved on by pauses. */
  #originMs: number;
  /** What has to be due for the next call to begin. */
  #next: number;
  #pausedAtMs: number | undefined;
  /** Running time under earlier profiles. */
  #earlierMs = 0;

  /** @param worker - position among the workers that share the profile: they take turns. */
  constructor(profile: RateProfile, nowMs: number, worker = 0, workers = 1) {
    this.#profile = profile;
    this.#originMs = nowMs;
    this.#scale = 1 / workers;
    this.#next = worker / workers;
  }

  /** Time since the begin, without pauses. */
  runningMs(nowMs: number): number {
    return this.#earlierMs + this.#inProfileMs(nowMs);
  }

  /** Of all workers together; 0 while paused. */
  rate(nowMs: number): number {
    return this.#pausedAtMs === undefined ? rateAt(this.#profile, this.#inProfileMs(nowMs) / 1000) : 0;
  }

  /** The times of the calls that are due and were not named yet, the earliest first. @param untilMs - running time after which none is due. */
  due(nowMs: number, untilMs = Infinity): readonly number[] {
    const inProfileMs = Math.min(this.#inProfileMs(nowMs), untilMs - this.#earlierMs);
    const times: number[] = [];
    const passed = this.#passed(inProfileMs);
    for (; this.#next <= passed; this.#next++) {
      const dueMs = this.#timeOf(this.#next, inProfileMs);
      if (this.#earlierMs + dueMs >= untilMs) break;
      times.push(this.#originMs + dueMs);
    }
    return times;
  }

  /** How long nothing is due from now, at most. */
  waitMs(nowMs: number): number {
    const inProfileMs = this.#inProfileMs(nowMs);
    const perMs = (rateAt(this.#profile, inProfileMs / 1000) * this.#scale) / 1000;
    const missing = this.#next - this.#passed(inProfileMs);
    return Math.max(
      SHORTEST_WAIT_MS,
      perMs === 0 ? LONGEST_WAIT_MS : Math.min(LONGEST_WAIT_MS, missing / perMs),
    );
  }

  /** Another rate from now on, in place of what the profile says. */
  setRate(ratePerSec: number, nowMs: number): void {
    this.#next -= this.#passed(this.#inProfileMs(nowMs));
    this.#earlierMs = this.runningMs(nowMs);
    this.#originMs = this.#pausedAtMs ?? nowMs;
    this.#profile = { shape: 'constant', ratePerSec };
  }

  pause(nowMs: number): void {
    this.#pausedAtMs ??= nowMs;
  }

  resume(nowMs: number): void {
    if (this.#pausedAtMs === undefined) return;
    this.#originMs += nowMs - this.#pausedAtMs;
    this.#pausedAtMs = undefined;
  }

  #inProfileMs(nowMs: number): number {
    return (this.#pausedAtMs ?? nowMs) - this.#originMs;
  }

  #passed(inProfileMs: number): number {
    return dueBy(this.#profile, inProfileMs / 1000) * this.#scale;
  }

  /** When so many were due: the rate is never below 0, so halving finds it. */
  #timeOf(count: number, beforeMs: number): number {
    if (count <= 0) return 0;
    if (this.#profile.shape === 'constant') return (count * 1000) / (this.#profile.ratePerSec * this.#scale);
    let low = 0;
    let high = beforeMs;
    while (high - low > 0.01) {
      const middle = (low + high) / 2;
      if (this.#passed(middle) >= count) high = middle;
      else low = middle;
    }
    return high;
  }
}
