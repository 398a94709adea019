import type { Workbench } from '../../contract/workbench.ts';
import type { Backend } from '../../rpc/types.ts';

/**
 * Looks again whenever there is more traffic.
 * @param look - returns whether to go on.
 * @returns what ended it.
 */
export function followTraffic(
  backend: Backend<Workbench>,
  signal: AbortSignal,
  look: () => Promise<boolean>,
): Promise<'enough' | 'interrupted' | 'disconnected'> {
  return new Promise((resolve, reject) => {
    let isLooking = false;
    let isDue = false;
    let isOver = false;
    const finish = (end: 'enough' | 'interrupted' | 'disconnected'): void => {
      isOver = true;
      stop();
      gone();
      resolve(end);
    };
    const run = async (): Promise<void> => {
      isDue = true;
      if (isLooking) return;
      isLooking = true;
      while (isDue && !isOver) {
        isDue = false;
        if (!(await look())) finish('enough');
      }
      isLooking = false;
    };
    const wake = (): void => {
      run().catch((error: unknown) => {
        if (!isOver) reject(error instanceof Error ? error : new Error(String(error)));
      });
    };
    const stop = backend.on('traffic.changed', wake);
    const gone = backend.onDisconnected(() => finish('disconnected'));
    signal.addEventListener('abort', () => finish('interrupted'), { once: true });
    if (signal.aborted) finish('interrupted');
    else wake();
  });
}
