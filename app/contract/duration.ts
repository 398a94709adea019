export type DurationUnit = 'ms' | 's';

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  sec: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
};

/** A time as a person writes it and without loss, `700 ms`, `1.5 s`, `30 min`; zero and what is no number stay as they are. */
export function writeDuration(value: number, unit: DurationUnit): string {
  const valueMs = unit === 's' ? value * 1000 : value;
  if (!Number.isInteger(valueMs) || valueMs <= 0) return `${value} ${unit}`;
  if (valueMs % 3_600_000 === 0) return `${valueMs / 3_600_000} h`;
  if (valueMs % 60_000 === 0) return `${valueMs / 60_000} min`;
  return valueMs % 100 === 0 && valueMs >= 1000 ? `${valueMs / 1000} s` : `${valueMs} ms`;
}

const WRITTEN = /^(\d{1,10}(?:\.\d{1,3})?)\s*(ms|s|sec|min|m|h)?$/i;

/** What was written, in the unit given, which a bare number has; NaN for anything else. */
export function readDuration(text: string, unit: DurationUnit): number {
  const [, figure, written = unit] = WRITTEN.exec(text.trim()) ?? [];
  if (figure === undefined) return NaN;
  const valueMs = Math.round(Number(figure) * (UNITS_MS[written.toLowerCase()] ?? NaN) * 1000) / 1000;
  return unit === 's' ? valueMs / 1000 : valueMs;
}
