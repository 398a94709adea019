import type { Clock, Timer } from '../../stack/core/clock.ts';
import type { Logger, LogFields } from '../../stack/core/logger.ts';
import type { CaptureSink } from '../../stack/transport/capture.ts';
import { LOG_LEVELS, type LogLevel } from '../contract/server-config.ts';
import type { LogLine } from '../contract/servers.ts';
import { createBatchEncoder } from '../services/traffic/capture-batch.ts';
import {
  CAPTURE_CREDIT_BYTES,
  CAPTURE_FLUSH_BYTES,
  CAPTURE_FLUSH_MS,
  type FromNode,
} from './node-protocol.ts';

/** Lines of the log that wait for the next flush; more than these are counted and left out. */
const MAX_WAITING_LINES = 500;

/** Collects what a worker has to tell in bulk, and sends it in few messages. */
export interface Outbox {
  readonly capture: CaptureSink;
  readonly log: Logger;
  /** The workbench has taken in that many octets of captures. */
  taken(bytes: number): void;
  /** Sends all that waits, at once. */
  flush(): void;
}

export function createOutbox(options: {
  readonly clock: Clock;
  readonly level: LogLevel;
  readonly post: (message: FromNode, transfer?: readonly ArrayBuffer[]) => void;
  readonly creditBytes?: number;
}): Outbox {
  const { clock, post } = options;
  const credit = options.creditBytes ?? CAPTURE_CREDIT_BYTES;
  const batch = createBatchEncoder((memory) => {
    post({ kind: 'journal', memory });
  });
  let lines: LogLine[] = [];
  let leftOut = 0;
  let underWayBytes = 0;
  let lost = 0;
  let timer: Timer | undefined;

  const flushCaptures = (): void => {
    const { count } = batch;
    const taken = batch.take();
    if (taken === undefined) return;
    if (underWayBytes > credit) {
      lost += count;
      return;
    }
    underWayBytes += taken.batch.byteLength;
    post({ kind: 'captured', ...taken }, [taken.batch]);
  };
  const flushLog = (): void => {
    if (lost > 0 && underWayBytes <= credit) {
      lines.push(lineOf('warn', 'captures lost: the workbench fell behind', { messages: lost }));
      lost = 0;
    }
    if (leftOut > 0) lines.push(lineOf('warn', 'log lines left out', { lines: leftOut }));
    leftOut = 0;
    if (lines.length === 0) return;
    post({ kind: 'log', lines });
    lines = [];
  };
  const flush = (): void => {
    timer?.cancel();
    timer = undefined;
    flushCaptures();
    flushLog();
  };
  const flushSoon = (): void => {
    timer ??= clock.after(CAPTURE_FLUSH_MS, flush);
  };

  const lineOf = (level: LogLevel, message: string, fields: LogFields): LogLine => ({
    atMs: clock.wallMs(),
    level,
    message,
    fields: Object.fromEntries(Object.entries(fields).filter(isPresent)),
  });
  const least = LOG_LEVELS.indexOf(options.level);
  const write = (level: LogLevel, message: string, fields: LogFields = {}): void => {
    if (LOG_LEVELS.indexOf(level) < least) return;
    if (lines.length >= MAX_WAITING_LINES) leftOut++;
    else lines.push(lineOf(level, message, fields));
    flushSoon();
  };
  const at =
    (level: LogLevel) =>
    (message: string, fields?: LogFields): void => {
      write(level, message, fields);
    };

  return {
    capture(message) {
      batch.add(message);
      if (batch.sizeBytes >= CAPTURE_FLUSH_BYTES) flushCaptures();
      else flushSoon();
    },
    log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') },
    taken(bytes) {
      underWayBytes -= bytes;
      if (lost > 0) flushSoon();
    },
    flush,
  };
}

const isPresent = (
  entry: [string, string | number | boolean | undefined],
): entry is [string, string | number | boolean] => entry[1] !== undefined;
