import * as z from 'zod';

const UNITS_MS = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 } as const;
const DURATION = /^(\d+(?:\.\d+)?)\s*(ms|s|min|h)$/;

/** A time as people write it: `500 ms`, `2s`, `1.5 min`; a bare number is milliseconds. */
export const Duration = z
  .union([z.number().min(0), z.string().regex(DURATION, 'expected a time, such as 500 ms, 2 s or 1 min')])
  .describe('A time: 500 ms, 2 s, 1 min; a bare number is milliseconds.');
export type Duration = z.infer<typeof Duration>;

export function durationMs(value: Duration): number {
  if (typeof value === 'number') return value;
  const [, number = '0', unit = 'ms'] = DURATION.exec(value) ?? [];
  return Number(number) * UNITS_MS[unit as keyof typeof UNITS_MS];
}
