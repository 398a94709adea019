/*
 * Where the slider of a dial stops: figures people choose, closer together where a small step matters. A dial may stand between two stops, when it
 * was typed or configured so.
 */
const SHORT_MS = [
  0, 100, 200, 300, 500, 700, 1000, 1500, 2000, 3000, 5000, 7000, 10_000, 15_000, 20_000, 30_000, 45_000,
  60_000, 90_000, 120_000, 180_000, 300_000, 600_000, 1_800_000, 3_600_000,
];
const LONG_SEC = [
  1, 5, 10, 30, 60, 90, 120, 180, 300, 600, 900, 1200, 1800, 2700, 3600, 5400, 7200, 14_400, 28_800, 43_200,
  86_400, 604_800,
];

/** The stops from the least to the greatest value of a dial. */
export function dialStops(unit: 'ms' | 's', min: number, max: number): readonly number[] {
  const inside = (unit === 'ms' ? SHORT_MS : LONG_SEC).filter((stop) => stop > min && stop < max);
  const last = unit === 's' && max > 604_800 ? [] : [max];
  return [min, ...inside, ...last];
}

/** The stop nearest to a value, by place. */
export function nearestStop(stops: readonly number[], value: number): number {
  let nearest = 0;
  stops.forEach((stop, at) => {
    if (Math.abs(stop - value) < Math.abs((stops[nearest] ?? 0) - value)) nearest = at;
  });
  return nearest;
}
