import type { Schedule } from './live-backend.ts';

/** The page's own timers. */
export const pageSchedule: Schedule = (delayMs, fire) => {
  const timer = setTimeout(fire, delayMs);
  return () => {
    clearTimeout(timer);
  };
};
