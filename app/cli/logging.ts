import { pino } from 'pino';
import type { Logger, LogFields } from '../../stack/core/logger.ts';
import type { LogLevel } from '../contract/server-config.ts';

const COLOURS: Readonly<Record<LogLevel, number>> = { debug: 90, info: 36, warn: 33, error: 31 };

/** `14:03:22.517 info  call answered  call-id=… ` */
function prettyLogger(level: LogLevel, write: (text: string) => void, isTerminal: boolean): Logger {
  const levels = Object.keys(COLOURS) as LogLevel[];
  const least = levels.indexOf(level);
  const line =
    (of: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (levels.indexOf(of) < least) return;
      const time = new Date().toISOString().slice(11, 23);
      const word = isTerminal ? `\u001b[${COLOURS[of]}m${of.padEnd(5)}\u001b[0m` : of.padEnd(5);
      const details = Object.entries(fields)
        .filter(([, value]) => value !== undefined)
        .map(([key, value]) => `  ${key}=${String(value)}`)
        .join('');
      write(`${time} ${word} ${message}${details}\n`);
    };
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
}

function jsonLogger(level: LogLevel, write: (text: string) => void): Logger {
  const sink = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write },
  );
  const line =
    (of: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      sink[of](fields, message);
    };
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
}

/** The log of a command: lines for people, or one JSON object a line. */
export function createLogger(options: {
  readonly level: LogLevel;
  readonly format: 'pretty' | 'json';
  readonly isTerminal: boolean;
  readonly write: (text: string) => void;
}): Logger {
  return options.format === 'json'
    ? jsonLogger(options.level, options.write)
    : prettyLogger(options.level, options.write, options.isTerminal);
}
