/** An HDR histogram, as `createHistogram` of node:perf_hooks makes them. Values are whole numbers from 1 on. */
export interface Histogram {
  readonly count: number;
  readonly max: number;
  record(value: number): void;
  percentile(percent: number): number;
  add(other: this): void;
  reset(): void;
}

/** Times of calls, in microseconds. */
export interface CallTimes<H extends Histogram = Histogram> {
  /** From when the call was due to its answer. */
  readonly setup: H;
  /** From when it was due to its end. */
  readonly length: H;
}

export interface Percentiles {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export function percentilesOf(histogram: Histogram): Percentiles {
  if (histogram.count === 0) return { p50Ms: 0, p95Ms: 0, p99Ms: 0, maxMs: 0 };
  const at = (percent: number): number => histogram.percentile(percent) / 1000;
  return { p50Ms: at(50), p95Ms: at(95), p99Ms: at(99), maxMs: histogram.max / 1000 };
}
