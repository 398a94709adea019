import type { LoadHandle } from '../../load/load-run.ts';

const LOWEST_PER_SEC = 1;

/** What the keys do while a run is on, as with SIPp. */
export const KEYS_HELP =
  '+ - * / change the rate by 1 and by 10, p pauses, q ends when the calls are over, Q hangs up';

/** @returns takes a key. */
export function liveKeys(run: LoadHandle): (key: string) => void {
  const steps: Readonly<Record<string, number>> = { '+': 1, '-': -1, '*': 10, '/': -10 };
  return (key) => {
    const step = steps[key];
    if (step !== undefined) run.setRate(Math.max(LOWEST_PER_SEC, run.snapshot.ratePerSec + step));
    else if (key === 'p') {
      if (run.snapshot.state === 'paused') run.resume();
      else run.pause();
    } else if (key === 'q') run.drain();
    else if (key === 'Q') void run.stop();
  };
}
