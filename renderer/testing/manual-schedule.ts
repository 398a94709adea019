import type { Schedule } from '../backend/index.ts';

/** Timers that run when a test says so. */
export interface ManualSchedule {
  readonly schedule: Schedule;
  /** Delays of the timers that wait, in the order they were armed. */
  readonly pending: () => readonly number[];
  /** Fires the timer that waits longest, and lets what it starts go as far as it can. */
  readonly fireNext: () => Promise<void>;
}

export function createManualSchedule(): ManualSchedule {
  const timers = new Set<{ readonly delayMs: number; readonly fire: () => void }>();
  return {
    schedule: (delayMs, fire) => {
      const timer = { delayMs, fire };
      timers.add(timer);
      return () => {
        timers.delete(timer);
      };
    },
    pending: () => [...timers].map((t) => t.delayMs),
    fireNext: async () => {
      const [timer] = timers;
      if (timer === undefined) return;
      timers.delete(timer);
      timer.fire();
      await settled();
    },
  };
}

/** Lets every promise that is ready run. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 50; i++) await Promise.resolve();
}
