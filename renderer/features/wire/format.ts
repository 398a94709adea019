/** A narrow gap that no line break opens: groups of three digits, and a number with its unit. */
export const THIN_GAP = '\u202f';

/** `12 843`, whatever the locale of the machine. */
export function formatCount(value: number): string {
  return String(Math.trunc(value)).replace(/\B(?=(\d{3})+$)/g, THIN_GAP);
}

/** `1 message`, `12 843 messages`. */
export function formatNumberOf(value: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(value)} ${value === 1 ? singular : plural}`;
}

/** `818 B`, `34 MB`: decimal units, at most three digits. */
export function formatSize(sizeBytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = sizeBytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit > 0 && value < 9.95 ? value.toFixed(1) : String(Math.round(value));
  return `${digits} ${units[unit] ?? 'B'}`;
}

/** `12 ms`, `4.2 s`, `57 min`, `2 h 5 min`: how long something took, for reading. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 1000) return `${String(Math.round(durationMs))} ms`;
  if (durationMs < 59_950) {
    const digits = durationMs < 10_000 && durationMs % 100 >= 5 ? 2 : 1;
    return `${(durationMs / 1000).toFixed(digits)} s`;
  }
  const minutes = Math.round(durationMs / 60_000);
  if (minutes < 60) return `${String(minutes)} min`;
  const rest = minutes % 60;
  return `${String(Math.floor(minutes / 60))} h${rest === 0 ? '' : ` ${String(rest)} min`}`;
}

/** A pause in a ladder, to a tenth of a second: `1.9 s`. */
export function formatGap(durationMs: number): string {
  return durationMs < 59_950 ? `${(durationMs / 1000).toFixed(1)} s` : formatDuration(durationMs);
}

const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

/** Local time of day, `14:02:48`. */
export function formatTimeOfDay(atMs: number): string {
  const at = new Date(atMs);
  return `${pad(at.getHours())}:${pad(at.getMinutes())}:${pad(at.getSeconds())}`;
}

/** Local time of day with milliseconds, `14:02:48.006`. */
export function formatTimeOfDayMs(atMs: number): string {
  return `${formatTimeOfDay(atMs)}.${pad(new Date(atMs).getMilliseconds(), 3)}`;
}

/** Local calendar day, `2026-11-21`. */
export function formatDay(atMs: number): string {
  const at = new Date(atMs);
  return `${String(at.getFullYear())}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}`;
}

/** Seconds with milliseconds for columns of figures: `0.004`, `22.410`. */
export function formatSeconds(durationMs: number): string {
  return (durationMs / 1000).toFixed(3);
}
