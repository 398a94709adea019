import type { Clock } from '../../../stack/core/clock.ts';
import type { Logger } from '../../../stack/core/logger.ts';

const LOG_EVERY_MS = 10_000;

/** Counts what never reached the collector. */
export interface Losses {
  add(messages?: number): void;
  /** Says what was not said yet. */
  close(): void;
}

/** Says that messages are lost, few lines however many they are. */
export function createLosses(clock: Clock, log: Logger, collector: string): Losses {
  let messages = 0;
  let said = 0;
  let saidAtMs: number | undefined;
  const say = (): void => {
    said = messages;
    saidAtMs = clock.now();
    log.warn('messages for the HEP collector are lost', { collector, messages });
  };
  return {
    add: (more = 1) => {
      messages += more;
      if (saidAtMs === undefined || clock.now() - saidAtMs >= LOG_EVERY_MS) say();
    },
    close: () => {
      if (messages > said) say();
    },
  };
}
