import type { Clock } from '../../stack/core/clock.ts';
import type { CliIo } from './io.ts';
import { styleFor, type Tone } from './style.ts';

/** What a line tells besides its event. */
export interface Told {
  /** For people, already printable. */
  readonly text: string;
  /** For programs: further fields of the JSON object. */
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly tone?: Tone;
  /** Further lines for people, such as a body. */
  readonly more?: string;
}

/** Prints what happens while a command runs. */
export type Report = (event: string, told: Told) => void;

const tenths = (ms: number): number => Math.round(ms * 10) / 10;

/** A line an event: `{ afterMs, event, text, ... }` with `--json`, else time, event and words. */
export function createReport(io: CliIo, clock: Clock, isJson: boolean | undefined): Report {
  const startedMs = clock.now();
  const style = styleFor(io);
  return (event, { text, fields, tone, more }) => {
    const afterMs = tenths(clock.now() - startedMs);
    if (isJson === true) {
      io.out(`${JSON.stringify({ afterMs, event, text, ...fields })}\n`);
      return;
    }
    const words = text === '' ? '' : `  ${style(text, tone)}`;
    io.out(`${style(`${afterMs.toFixed(1).padStart(9)} ms`, 'quiet')}  ${event}${words}\n`);
    if (more !== undefined && more !== '') io.out(`${more}\n`);
  };
}

export { tenths };
