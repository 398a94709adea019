import type { Ids } from '../core/ids.ts';
import { toBytes } from '../message/octets.ts';

/** Pieces that parsers stumble over: delimiters, numbers at their limits, broken escapes and quotes, folds, control characters. */
const NASTY = [
  '\r\n',
  '\r\n\r\n',
  '\n',
  '\r\n ',
  '\0',
  '"',
  '\\',
  '<',
  '>',
  ';',
  ',',
  ':',
  '@',
  '=',
  '%',
  '%zz',
  '[',
  ']',
  '[::1',
  '*',
  '-1',
  '0',
  '4294967296',
  '99999999999999999999',
  '\xff\xfe',
  ';tag=',
  ';lr',
  'sip:',
  'tel:+1',
  'SIP/2.0',
  'Via: ',
  'Content-Length: 5\r\n',
  'Require: a,b\r\n',
  'm=audio 1 RTP/AVP 0\r\n',
];

type Mutation = (bytes: Uint8Array, ids: Ids) => Uint8Array;

const MUTATIONS: readonly Mutation[] = [
  // One octet becomes another.
  (bytes, ids) => {
    const copy = bytes.slice();
    copy[at(copy.length, ids)] = Math.floor(ids.chance() * 256);
    return copy;
  },
  // A piece is missing.
  (bytes, ids) => {
    const [start, end] = piece(bytes, ids);
    return join(bytes.subarray(0, start), bytes.subarray(end));
  },
  // A piece comes twice.
  (bytes, ids) => {
    const [start, end] = piece(bytes, ids);
    return join(bytes.subarray(0, end), bytes.subarray(start));
  },
  // Something nasty in between.
  (bytes, ids) => {
    const start = at(bytes.length, ids);
    return join(bytes.subarray(0, start), nasty(ids), bytes.subarray(start));
  },
  // Something nasty instead of a piece.
  (bytes, ids) => {
    const [start, end] = piece(bytes, ids);
    return join(bytes.subarray(0, start), nasty(ids), bytes.subarray(end));
  },
  // Cut off.
  (bytes, ids) => bytes.slice(0, at(bytes.length, ids)),
  // Two lines change places.
  (bytes, ids) => {
    const lines = splitLines(bytes);
    const a = at(lines.length, ids);
    const b = at(lines.length, ids);
    const swapped = lines.map((line, i) => (i === a ? lines[b] : i === b ? lines[a] : line));
    return join(...swapped.filter((line) => line !== undefined));
  },
];

/** One to three random changes; the same `ids` give the same ones. */
export function mutate(bytes: Uint8Array, ids: Ids): Uint8Array {
  let mutated = bytes;
  for (let rounds = 1 + at(3, ids); rounds > 0; rounds--) {
    mutated = MUTATIONS[at(MUTATIONS.length, ids)]?.(mutated, ids) ?? mutated;
  }
  return mutated;
}

function at(length: number, ids: Ids): number {
  return Math.floor(ids.chance() * length);
}

function piece(bytes: Uint8Array, ids: Ids): [start: number, end: number] {
  const start = at(bytes.length, ids);
  return [start, Math.min(bytes.length, start + 1 + at(24, ids))];
}

function nasty(ids: Ids): Uint8Array {
  const text = NASTY[at(NASTY.length, ids)] ?? '';
  return toBytes(ids.chance() < 0.05 ? text.repeat(200) : text);
}

function splitLines(bytes: Uint8Array): readonly Uint8Array[] {
  const lines: Uint8Array[] = [];
  let start = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (bytes[i] !== 0x0a) continue;
    lines.push(bytes.subarray(start, i + 1));
    start = i + 1;
  }
  lines.push(bytes.subarray(start));
  return lines;
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
