import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import type { CallTimes } from '../../scenarios/load/histogram.ts';

/** An HDR histogram of microseconds up to an hour, right to three digits. */
export const createTimes = (): RecordableHistogram =>
  createHistogram({ lowest: 1, highest: 3_600_000_000, figures: 3 });

export const createCallTimes = (): CallTimes<RecordableHistogram> => ({
  setup: createTimes(),
  length: createTimes(),
});
