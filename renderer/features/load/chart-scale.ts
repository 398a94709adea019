/** The vertical scale of a chart: from nothing to `top`, with a line at each of `splits`. */
export interface ChartScale {
  readonly top: number;
  readonly splits: readonly number[];
}

const STEPS = [1, 2, 2.5, 5, 10] as const;
/** From one line to the next. */
const MOST_INTERVALS = 4;
const SHORTEST_SPAN_SEC = 30;

/** Round numbers above the highest value; `most` ends the scale where nothing can be above. */
export function scaleFor(highest: number, least: number, most?: number): ChartScale {
  const wanted = Math.min(Math.max(highest, least), most ?? Infinity);
  const rough = wanted / MOST_INTERVALS;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = (STEPS.find((factor) => factor * power >= rough * 0.999) ?? 10) * power;
  const intervals = Math.ceil(wanted / step - 0.001);
  const splits = Array.from({ length: intervals + 1 }, (_, i) => i * step);
  return { top: intervals * step, splits };
}

/** Where the time axis begins and ends, around the ends of the first and the last second: it fills from the left, then moves on. */
export function spanFor(firstSec: number, lastSec: number): { readonly from: number; readonly to: number } {
  const from = Math.max(0, Math.round(firstSec - 1));
  return { from, to: Math.max(lastSec, from + SHORTEST_SPAN_SEC) };
}
