import { Causes, type FailureGroup } from './causes.ts';
import { percentilesOf, type CallTimes, type Histogram, type Percentiles } from './histogram.ts';
import type { LoadDelta } from './load-runner.ts';
import type { StopRules } from './plan.ts';

/** One second of a run. */
export interface LoadSecond {
  /** Its end, since the run began. */
  readonly atSec: number;
  readonly attempts: number;
  readonly answered: number;
  readonly succeeded: number;
  readonly failed: number;
  /** At its end. */
  readonly active: number;
  readonly ratePerSec: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly retransmissions: number;
  readonly lagMs: number;
  readonly causes: Readonly<Record<string, number>>;
}

/** Everything that was counted. */
export interface LoadFigures {
  readonly attempts: number;
  readonly answered: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly active: number;
  readonly peakActive: number;
  readonly skipped: number;
  readonly ratePerSec: number;
  readonly retransmissions: number;
  readonly setup: Percentiles;
  readonly callLength: Percentiles;
  readonly failures: readonly FailureGroup[];
  readonly seconds: readonly LoadSecond[];
}

/** Seconds that are kept. */
const MOST_SECONDS = 300;
/** Seconds that a stop rule looks at: one bad second does not end a run. */
const RULE_WINDOW_SEC = 5;
/** Calls that must have ended in them: of fewer no percentage is worth anything. */
const FEWEST_CALLS = 20;

/** Adds up what the workers of a run tell. */
export class LoadBook<H extends Histogram> {
  readonly #rules: StopRules;
  readonly #setup: H;
  readonly #length: H;
  readonly #ofSecond: H;
  readonly #ofWindow: H[];
  readonly #causes = new Causes();
  #seconds: readonly LoadSecond[] = [];
  #active: readonly number[] = [];
  #peakActive = 0;
  #ratePerSec = 0;
  #total = { attempts: 0, answered: 0, succeeded: 0, failed: 0, skipped: 0, retransmissions: 0 };

  constructor(createHistogram: () => H, rules: StopRules) {
    this.#rules = rules;
    this.#setup = createHistogram();
    this.#length = createHistogram();
    this.#ofSecond = createHistogram();
    this.#ofWindow = Array.from({ length: RULE_WINDOW_SEC }, createHistogram);
  }

  /**
   * Takes what every worker has to tell of one second.
   * @returns why the run has to end, in a sentence.
   */
  close(atSec: number, deltas: readonly LoadDelta[], times: readonly CallTimes<H>[]): string | undefined {
    const sum = (of: (delta: LoadDelta) => number): number => deltas.reduce((n, delta) => n + of(delta), 0);
    const told = {
      attempts: sum(({ attempts }) => attempts),
      answered: sum(({ answered }) => answered),
      succeeded: sum(({ succeeded }) => succeeded),
      failed: sum(({ failed }) => failed),
      retransmissions: sum(({ retransmissions }) => retransmissions),
    };
    for (const key of Object.keys(told) as (keyof typeof told)[]) this.#total[key] += told[key];
    this.#total.skipped += sum(({ skipped }) => skipped);
    this.#active = deltas.map(({ active }) => active);
    this.#peakActive = sum(({ peakActive }) => peakActive);
    this.#ratePerSec = Math.max(0, ...deltas.map(({ ratePerSec }) => ratePerSec));
    this.#ofSecond.reset();
    const oldest = this.#ofWindow.shift();
    oldest?.reset();
    for (const { setup, length } of times) {
      this.#ofSecond.add(setup);
      this.#setup.add(setup);
      this.#length.add(length);
      oldest?.add(setup);
    }
    if (oldest !== undefined) this.#ofWindow.push(oldest);
    const causes: Record<string, number> = {};
    for (const group of deltas.flatMap(({ failures }) => failures)) {
      this.#causes.merge(group);
      causes[group.signature] = (causes[group.signature] ?? 0) + group.calls;
    }
    const { p50Ms, p95Ms, p99Ms } = percentilesOf(this.#ofSecond);
    this.#seconds = [
      ...this.#seconds.slice(1 - MOST_SECONDS),
      {
        atSec,
        ...told,
        active: sum(({ active }) => active),
        ratePerSec: this.#ratePerSec,
        p50Ms,
        p95Ms,
        p99Ms,
        lagMs: Math.max(0, ...deltas.map(({ lagMs }) => lagMs)),
        causes,
      },
    ];
    return this.#broken();
  }

  get figures(): LoadFigures {
    return {
      ...this.#total,
      active: this.#active.reduce((sum, active) => sum + active, 0),
      peakActive: this.#peakActive,
      ratePerSec: this.#ratePerSec,
      setup: percentilesOf(this.#setup),
      callLength: percentilesOf(this.#length),
      failures: this.#causes.groups(),
      seconds: this.#seconds,
    };
  }

  /** Which rule the last seconds break, in a sentence. */
  #broken(): string | undefined {
    const { successBelowPercent, p95SetupAboveMs } = this.#rules;
    const window = this.#seconds.slice(-RULE_WINDOW_SEC);
    if (window.length < RULE_WINDOW_SEC) return undefined;
    const succeeded = window.reduce((sum, second) => sum + second.succeeded, 0);
    const ended = succeeded + window.reduce((sum, { failed }) => sum + failed, 0);
    const percent = (100 * succeeded) / ended;
    if (successBelowPercent !== undefined && ended >= FEWEST_CALLS && percent < successBelowPercent)
      return `In the last ${RULE_WINDOW_SEC} seconds ${percent.toFixed(1)} % of the calls succeeded, and the run was to stop below ${successBelowPercent} %.`;
    if (p95SetupAboveMs === undefined) return undefined;
    this.#ofSecond.reset();
    for (const histogram of this.#ofWindow) this.#ofSecond.add(histogram);
    const { p95Ms } = percentilesOf(this.#ofSecond);
    return this.#ofSecond.count >= FEWEST_CALLS && p95Ms > p95SetupAboveMs
      ? `In the last ${RULE_WINDOW_SEC} seconds the 95th percentile of the setup time was ${p95Ms.toFixed(0)} ms, and the run was to stop above ${p95SetupAboveMs} ms.`
      : undefined;
  }
}
