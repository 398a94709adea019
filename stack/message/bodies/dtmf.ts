import { entityHeader, type EntityHeader } from './entity.ts';
import type { Parsed } from './xml.ts';

/* Keys pressed, as INFO carries them. Both types are usage, in no RFC; RFC 6086 §1 tells of them. */

/** One key of `application/dtmf-relay`. */
export interface DtmfRelay {
  /** `0` to `9`, `A` to `D`, `*`, `#`, or `!` for a flash. */
  readonly signal: string;
  /** Undefined when not said. */
  readonly durationMs: number | undefined;
}

const KEY = /^[0-9A-D*#!]$/;
/** Some phones send the event numbers of RFC 4733. */
const EVENTS: ReadonlyMap<string, string> = new Map<string, string>([
  ['10', '*'],
  ['11', '#'],
  ['12', 'A'],
  ['13', 'B'],
  ['14', 'C'],
  ['15', 'D'],
  ['16', '!'],
]);

function keyOf(written: string): string | undefined {
  const key = EVENTS.get(written) ?? written.toUpperCase();
  return KEY.test(key) ? key : undefined;
}

/** `Signal=5` and `Duration=160`, one a line, names in any case. */
function pairs(text: string): readonly EntityHeader[] {
  return text.split(/\r?\n/).map((line) => {
    const equals = line.indexOf('=');
    return { name: line.substring(0, Math.max(equals, 0)).trim(), value: line.substring(equals + 1).trim() };
  });
}

/** Reads `application/dtmf-relay`. */
export function parseDtmfRelay(text: string): Parsed<DtmfRelay> {
  const lines = pairs(text);
  const signal = keyOf(entityHeader(lines, 'signal') ?? '');
  if (signal === undefined)
    return { kind: 'malformed', message: 'Signal is no key of a telephone.', offset: 0 };
  const duration = entityHeader(lines, 'duration');
  if (duration !== undefined && !/^\d{1,7}$/.test(duration))
    return { kind: 'malformed', message: 'Duration is not a number of milliseconds.', offset: 0 };
  return { kind: 'ok', value: { signal, durationMs: duration === undefined ? undefined : Number(duration) } };
}

/** Writes `application/dtmf-relay`. */
export function formatDtmfRelay({ signal, durationMs }: DtmfRelay): string {
  return `Signal=${signal}\r\n${durationMs === undefined ? '' : `Duration=${durationMs}\r\n`}`;
}

/** Reads `application/dtmf`: one key and nothing else. */
export function parseDtmf(text: string): Parsed<string> {
  const key = keyOf(text.trim());
  return key === undefined
    ? { kind: 'malformed', message: 'The body is no key of a telephone.', offset: 0 }
    : { kind: 'ok', value: key };
}
