const pad = (value: number): string => String(value).padStart(2, '0');

/** `9 s`, `56 min 52 s`, `2 h 05 min`, `3 d 4 h`: time that is left or has passed, in whole seconds. */
export function formatSpan(spanMs: number): string {
  const sec = Math.max(0, Math.floor(spanMs / 1000));
  if (sec < 60) return `${sec} s`;
  if (sec < 3600) return `${Math.floor(sec / 60)} min ${pad(sec % 60)} s`;
  const hours = Math.floor(sec / 3600);
  if (hours < 24) return `${hours} h ${pad(Math.floor((sec % 3600) / 60))} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Seconds with a tenth, for timers that run for less than a minute: `2.8 s`. */
export const formatTimer = (leftMs: number): string => `${(Math.max(0, leftMs) / 1000).toFixed(1)} s`;

/** How urgent what is left is. */
export type Urgency = 'plenty' | 'soon' | 'over';

/** From here on an expiry is worth a look. */
const SOON_MS = 10_000;

export interface Left {
  readonly leftMs: number;
  /** Of what was granted, 0 to 1. */
  readonly share: number;
  readonly urgency: Urgency;
  /** `56 min 52 s`, or `expired 4 s ago`. */
  readonly text: string;
}

/** What is left until a moment. @param grantedMs - the whole of it. */
export function timeLeft(atMs: number, grantedMs: number, nowMs: number): Left {
  const leftMs = atMs - nowMs;
  if (leftMs <= 0) return { leftMs, share: 0, urgency: 'over', text: `expired ${formatSpan(-leftMs)} ago` };
  return {
    leftMs,
    share: Math.min(1, leftMs / Math.max(1, grantedMs)),
    urgency: leftMs <= SOON_MS ? 'soon' : 'plenty',
    text: formatSpan(leftMs),
  };
}
