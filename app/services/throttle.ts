import type { Clock, Timer } from '../../stack/core/clock.ts';

/**
 * Calls `fire` at once, and then at most once every `everyMs` for all the calls in between; `dispose` forgets what waits.
 * @param everyMs - asked for anew each time where it is a function.
 */
export function createThrottle(
  clock: Clock,
  everyMs: number | (() => number),
  fire: () => void,
): { readonly request: () => void; readonly dispose: () => void } {
  let timer: Timer | undefined;
  let isWanted = false;
  const rest = (): void => {
    timer = undefined;
    if (isWanted) run();
  };
  const run = (): void => {
    isWanted = false;
    timer = clock.after(typeof everyMs === 'number' ? everyMs : everyMs(), rest);
    fire();
  };
  return {
    request: () => {
      if (timer === undefined) run();
      else isWanted = true;
    },
    dispose: () => {
      timer?.cancel();
      timer = undefined;
      isWanted = false;
    },
  };
}
