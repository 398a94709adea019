import { align } from '../../stack/compare/align.ts';
import type { ComparedRow } from '../../stack/compare/compared-row.ts';
import { comparedRows } from '../../stack/compare/compared-rows.ts';
import { cseq } from '../../stack/message/headers/cseq.ts';
import type { SipMessage } from '../../stack/message/message.ts';
import { decodeText } from '../../stack/message/octets.ts';
import { titleOf } from '../engine/match.ts';
import { messageOf, type SemanticMessage } from './semantic-ladder.ts';

/** A message of the one ladder and its counterpart in the other; positions from 0. */
export interface LadderPair {
  readonly a: number | undefined;
  readonly b: number | undefined;
  readonly difference: 'equal' | 'changed' | 'added' | 'removed' | 'moved';
  /** What differs, a sentence each. */
  readonly sentences: readonly string[];
}

interface Entry {
  readonly at: number;
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly message: SipMessage;
  readonly title: string;
}

/** More differences of one message say nothing more. */
const MAX_ROWS = 8;
const MAX_VALUE = 120;

/**
 * Compares what two ladders mean. The order counts among the messages of two lanes; messages between others may overtake them.
 * @param a - the ladder as it was; @param b - as it is
 */
export function ladderPairs(
  a: readonly SemanticMessage[],
  b: readonly SemanticMessage[],
): readonly LadderPair[] {
  const [x, y] = [a.map(entryOf), b.map(entryOf)];
  const partners = new Map<Entry, Entry>();
  for (const ends of new Set([...x, ...y].map(endsOf))) {
    const of = (all: readonly Entry[]): readonly Entry[] => all.filter((one) => endsOf(one) === ends);
    for (const pair of align(of(x), of(y), likeness))
      if (pair.a !== undefined && pair.b !== undefined) partners.set(pair.a, pair.b);
  }
  const moved = movedOf(x, y, partners);
  const found = new Map([...partners].map(([one, other]) => [other, one]));
  const pairs: LadderPair[] = [];
  let next = 0;
  const passOver = (until: number): void => {
    for (; next < until; next++) {
      const entry = x[next];
      if (entry !== undefined && !partners.has(entry) && !moved.has(entry)) pairs.push(removed(entry));
    }
  };
  const places = new Map([...moved].map(([one, other]) => [other, one]));
  for (const entry of y) {
    const before = found.get(entry);
    if (before !== undefined) passOver(before.at);
    const origin = places.get(entry);
    if (before !== undefined) pairs.push(changed(before, entry));
    else pairs.push(origin === undefined ? added(entry) : elsewhere(origin, entry));
  }
  passOver(x.length);
  return pairs;
}

/** What has changed, a sentence each; none when the ladders mean the same. */
export const ladderDifferences = (
  a: readonly SemanticMessage[],
  b: readonly SemanticMessage[],
): readonly string[] => ladderPairs(a, b).flatMap(({ sentences }) => sentences);

function entryOf(one: SemanticMessage, at: number): Entry {
  const message = messageOf(one);
  return { ...one, at, message, title: decodeText(titleOf(message)) };
}

const endsOf = ({ from, to }: Entry): string => [from, to].sort().join(' ');

function likeness(a: Entry, b: Entry): number {
  if (a.from !== b.from || a.to !== b.to) return 0;
  if (a.text === b.text) return 1;
  if (a.title === b.title) return 0.8;
  const [x, y] = [a.message.startLine, b.message.startLine];
  if (x.kind !== y.kind || x.kind === 'request' || cseq(a.message)?.method !== cseq(b.message)?.method)
    return 0;
  if (x.kind !== 'response' || y.kind !== 'response') return 0.3;
  return x.status < 200 === y.status < 200 ? 0.4 : 0;
}

/** The same messages at another place: no partner in order, and one of the same kind without a partner. */
function movedOf(
  x: readonly Entry[],
  y: readonly Entry[],
  partners: ReadonlyMap<Entry, Entry>,
): ReadonlyMap<Entry, Entry> {
  const taken = new Set(partners.values());
  const moved = new Map<Entry, Entry>();
  for (const one of x) {
    if (partners.has(one)) continue;
    const other = y.find((two) => !taken.has(two) && likeness(one, two) >= 0.8);
    if (other === undefined) continue;
    taken.add(other);
    moved.set(one, other);
  }
  return moved;
}

const removed = ({ at, from, to, title }: Entry): LadderPair => ({
  a: at,
  b: undefined,
  difference: 'removed',
  sentences: [`${to} gets no ${title} from ${from} any more (it was message ${at + 1}).`],
});

const added = ({ at, from, to, title }: Entry): LadderPair => ({
  a: undefined,
  b: at,
  difference: 'added',
  sentences: [`${to} gets ${title} from ${from}, which it did not before (message ${at + 1}).`],
});

const elsewhere = (a: Entry, b: Entry): LadderPair => ({
  a: a.at,
  b: b.at,
  difference: 'moved',
  sentences: [
    `${b.to} gets ${b.title} from ${b.from} at another place: it was message ${a.at + 1} and is message ${b.at + 1}.`,
    ...rowSentences(a, b),
  ],
});

function changed(a: Entry, b: Entry): LadderPair {
  const sentences =
    a.title === b.title
      ? rowSentences(a, b)
      : [`${b.to} gets ${b.title} from ${b.from}, where it got ${a.title} before (message ${b.at + 1}).`];
  return { a: a.at, b: b.at, difference: sentences.length === 0 ? 'equal' : 'changed', sentences };
}

function rowSentences(a: Entry, b: Entry): readonly string[] {
  if (a.text === b.text) return [];
  const rows = comparedRows(a.message, b.message).filter(isDifferent);
  const where = `${b.title} from ${b.from} to ${b.to} (message ${b.at + 1})`;
  const more = rows.length - MAX_ROWS;
  return [
    ...rows.slice(0, MAX_ROWS).map((row) => `${where}: ${rowWords(row)}.`),
    ...(more > 0 ? [`${where}: ${more} more differences.`] : []),
  ];
}

/** Headers of different names may stand in any order. @rfc 3261 §7.3.1 */
const isDifferent = ({ difference, isExpected, label }: ComparedRow): boolean =>
  difference !== 'equal' && !isExpected && (difference !== 'reordered' || label.endsWith(']'));

function rowWords({ label, difference, a = [], b = [] }: ComparedRow): string {
  const text = (segments: NonNullable<ComparedRow['a']>): string => {
    const whole = segments.map((segment) => segment.text).join('');
    return whole.length > MAX_VALUE ? `${whole.slice(0, MAX_VALUE)}\u2026` : whole;
  };
  switch (difference) {
    case 'added':
      return `${label} is new: ${text(b)}`;
    case 'removed':
      return `${label} is gone, it was ${text(a)}`;
    case 'reordered':
      return `${label} stands at another place: ${text(b)}`;
    default:
      return `${label} was ${text(a)} and is ${text(b)}`;
  }
}
