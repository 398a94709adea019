import type { NaptrRecord, SrvRecord } from './dns.ts';
import type { ZoneRecord } from './zone.ts';

/** A line that is no record, for people. */
export interface ZoneProblem {
  /** From 1. */
  readonly line: number;
  readonly message: string;
}

const DEFAULT_TTL_SEC = 60;

/**
 * Reads a zone written as in a zone file: `name [ttl] [IN] TYPE data`, one record a line, names in full, `;` begins a comment.
 * @rfc 1035 §5.1 (without $ directives, relative names and parentheses)
 */
export function parseZone(text: string): {
  readonly records: readonly ZoneRecord[];
  readonly problems: readonly ZoneProblem[];
} {
  const records: ZoneRecord[] = [];
  const problems: ZoneProblem[] = [];
  text.split(/\r?\n/).forEach((content, index) => {
    const words = wordsOf(content);
    if (words.length === 0) return;
    const record = recordOf(words);
    if (typeof record === 'string') problems.push({ line: index + 1, message: record });
    else records.push(record);
  });
  return { records, problems };
}

/** Words, with quoted ones as they are between their quotes; what follows a semicolon is a comment. */
function wordsOf(content: string): readonly string[] {
  const words: string[] = [];
  for (const [, quoted, plain, comment] of content.matchAll(/"((?:[^"\\]|\\.)*)"|([^\s;"]+)|(;.*)/g)) {
    if (comment !== undefined) break;
    words.push(quoted === undefined ? (plain ?? '') : quoted.replace(/\\(.)/g, '$1'));
  }
  return words;
}

function recordOf(words: readonly string[]): ZoneRecord | string {
  const [owner = '', ...rest] = words;
  const name = withoutDot(owner);
  const ttlSec = /^\d+$/.test(rest[0] ?? '') ? Number(rest.shift()) : DEFAULT_TTL_SEC;
  if (rest[0]?.toUpperCase() === 'IN') rest.shift();
  const type = (rest.shift() ?? '').toUpperCase();
  switch (type) {
    case 'A':
    case 'AAAA':
      return rest.length === 1 && rest[0] !== undefined
        ? { name, type, ttlSec, data: rest[0] }
        : `${type} wants one address`;
    case 'SRV': {
      const data = srvOf(rest);
      return data === undefined
        ? 'SRV wants: priority weight port target'
        : { name, type: 'SRV', ttlSec, data };
    }
    case 'NAPTR': {
      const data = naptrOf(rest);
      return data === undefined
        ? 'NAPTR wants: order preference "flags" "service" "regexp" replacement'
        : { name, type: 'NAPTR', ttlSec, data };
    }
    default:
      return `${type === '' ? 'a line without a type' : type} is not one of A, AAAA, SRV, NAPTR`;
  }
}

function srvOf([priority, weight, port, target, ...more]: readonly string[]): SrvRecord | undefined {
  const numbers = [priority, weight, port].map(uint16);
  const [p, w, n] = numbers;
  if (p === undefined || w === undefined || n === undefined) return undefined;
  if (target === undefined || more.length > 0) return undefined;
  return { priority: p, weight: w, port: n, target: target === '.' ? '.' : withoutDot(target) };
}

function naptrOf(words: readonly string[]): NaptrRecord | undefined {
  const [order, preference] = words.slice(0, 2).map(uint16);
  const [flags, service, regexp, replacement, ...more] = words.slice(2);
  if (order === undefined || preference === undefined || replacement === undefined) return undefined;
  if (flags === undefined || service === undefined || regexp === undefined || more.length > 0)
    return undefined;
  return {
    order,
    preference,
    flags: flags.toLowerCase(),
    service,
    regexp,
    replacement: replacement === '.' ? '' : withoutDot(replacement),
  };
}

function uint16(word: string | undefined): number | undefined {
  if (word === undefined || !/^\d{1,5}$/.test(word)) return undefined;
  return Number(word) <= 65_535 ? Number(word) : undefined;
}

function withoutDot(name: string): string {
  return name.replace(/\.$/, '');
}
