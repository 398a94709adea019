import { contacts, recordRoutes, routes } from '../message/headers/name-addr.ts';
import { vias } from '../message/headers/via.ts';
import type { SipMessage } from '../message/message.ts';
import { decodeText } from '../message/octets.ts';
import type { ComparedRow } from './compared-row.ts';
import { align } from './align.ts';
import { rowOf, rowsOfName, type Field } from './rows.ts';

/** Headers whose lines are lists: compared value by value, however they are spread over lines. @rfc 3261 §7.3.1 */
const LISTS = new Map<string, (message: SipMessage) => readonly { readonly text: string }[]>([
  ['Via', vias],
  ['Route', routes],
  ['Record-Route', recordRoutes],
  ['Contact', contacts],
]);

/** Fields by name in lower case, in order of first appearance. */
type Grouped = ReadonlyMap<string, readonly Field[]>;

export function headerRows(a: SipMessage, b: SipMessage): ComparedRow[] {
  const [inA, inB] = [headersOf(a), headersOf(b)];
  const moved = movedNames([...inA.keys()], [...inB.keys()]);
  return namesInOrder([...inA.keys()], [...inB.keys()]).flatMap((key) => {
    const [there = [], here = []] = [inA.get(key), inB.get(key)];
    const name = there[0]?.name ?? here[0]?.name ?? key;
    const isMoved = moved.has(key);
    const rows = rowsOfName(there, here, (label) => ({ section: 'headers', label, name, isMoved }));
    return rows.map((row, i) => annotate(name, row, i));
  });
}

function headersOf(message: SipMessage): Grouped {
  const grouped = new Map<string, Field[]>();
  for (const header of message.headers) {
    const name = decodeText(header.name);
    const key = name.toLowerCase();
    const fields = grouped.get(key) ?? [];
    const list = LISTS.get(name);
    if (list !== undefined && fields.length > 0) continue;
    const values = list?.(message).map(({ text }) => text) ?? [header.value];
    for (const value of values) fields.push({ name, value: decodeText(value), index: fields.length });
    grouped.set(key, fields);
  }
  return grouped;
}

/** The names of A in their order, and those only B has behind the one they follow there. */
function namesInOrder(a: readonly string[], b: readonly string[]): readonly string[] {
  const inA = new Set(a);
  const followers = new Map<string | undefined, string[]>();
  let last: string | undefined;
  for (const name of b) {
    if (inA.has(name)) last = name;
    else followers.set(last, [...(followers.get(last) ?? []), name]);
  }
  return [
    ...(followers.get(undefined) ?? []),
    ...a.flatMap((name) => [name, ...(followers.get(name) ?? [])]),
  ];
}

/** Names both have, that stand in another order: all but a longest row of names that kept theirs. */
function movedNames(a: readonly string[], b: readonly string[]): ReadonlySet<string> {
  const [inA, inB] = [new Set(a), new Set(b)];
  const common = b.filter((name) => inA.has(name));
  const there = a.filter((name) => inB.has(name));
  const pairs = align(there, common, (x, y) => (x === y ? 1 : 0));
  const kept = new Set(pairs.flatMap((pair) => (pair.a === undefined ? [] : (pair.b ?? []))));
  return new Set(common.filter((name) => !kept.has(name)));
}

/** What an added or removed header means, where that is known. */
function annotate(name: string, row: ComparedRow, i: number): ComparedRow {
  if (row.difference === 'added' && name === 'Via' && i === 0) {
    return { ...row, note: 'a hop put itself on top, RFC 3261 §16.6' };
  }
  if (row.difference === 'removed' && name === 'Via' && i === 0) {
    return { ...row, note: 'a hop took itself off, RFC 3261 §16.7' };
  }
  if (row.difference === 'added' && name === 'Record-Route') {
    return { ...row, note: 'a proxy stays on the path, RFC 3261 §16.6' };
  }
  if (row.difference === 'added' && (name === 'Authorization' || name === 'Proxy-Authorization')) {
    return { ...row, note: 'answers a challenge, RFC 3261 §22' };
  }
  if (row.difference === 'removed' && name === 'Proxy-Authorization') {
    return { ...row, note: 'consumed by the proxy, RFC 3261 §22.3' };
  }
  return row;
}

/** Rows of the start line: its parts when both are of one kind, else the whole lines. */
export function startLineRows({ startLine: a }: SipMessage, { startLine: b }: SipMessage): ComparedRow[] {
  const row = (name: string, x: string, y: string): ComparedRow =>
    rowOf({ a: decodeText(x), b: decodeText(y) }, { section: 'start-line', label: name, name });
  if (a.kind === 'request' && b.kind === 'request') {
    return [
      row('Method', a.method, b.method),
      row('Request-URI', a.uri, b.uri),
      row('Version', a.version, b.version),
    ];
  }
  if (a.kind === 'response' && b.kind === 'response') {
    return [
      row('Version', a.version, b.version),
      row('Status', String(a.status), String(b.status)),
      row('Reason', a.reason, b.reason),
    ];
  }
  return [row('Start line', lineOf(a), lineOf(b))];
}

function lineOf(line: SipMessage['startLine']): string {
  switch (line.kind) {
    case 'request':
      return `${line.method} ${line.uri} ${line.version}`;
    case 'response':
      return `${line.version} ${line.status} ${line.reason}`;
    case 'invalid':
      return line.text;
  }
}
