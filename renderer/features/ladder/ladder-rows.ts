import type { Lane, MessageSummary } from '../../../app/contract/traffic.ts';

/** A message with the place it has in the ladder. */
export interface MessageRow {
  readonly kind: 'message';
  readonly message: MessageSummary;
  /** Place in the whole conversation, from 1; folding does not change it. */
  readonly number: number;
  /** Indexes of the lanes it goes from and to; equal for a loopback to itself. */
  readonly from: number;
  readonly to: number;
  /** Later transmissions of the same octets folded into this row. */
  readonly folded: readonly MessageSummary[];
  /** How many times the octets were sent again in all, also when those rows are unfolded. */
  readonly retransmissions: number;
}

/** Time without messages, longer than the limit. */
export interface GapRow {
  readonly kind: 'gap';
  readonly durationMs: number;
}

/** A new calendar day begins. */
export interface DayRow {
  readonly kind: 'day';
  readonly atMs: number;
}

export type LadderRow = MessageRow | GapRow | DayRow;

export interface RowOptions {
  /** Pauses longer than this get a row of their own. */
  readonly gapMs: number;
  /** First transmissions whose retransmissions have rows of their own. */
  readonly unfolded: ReadonlySet<number>;
}

/** Addresses in order of appearance; the backend's lanes first name them, an unknown address names itself. */
export function completeLanes(lanes: readonly Lane[], messages: readonly MessageSummary[]): readonly Lane[] {
  const known = new Map(lanes.map((lane) => [lane.address, lane]));
  const ordered = new Map<string, Lane>();
  for (const message of messages) {
    for (const address of [message.source, message.destination]) {
      if (ordered.has(address)) continue;
      ordered.set(address, known.get(address) ?? { address, name: address, kind: 'peer' });
    }
  }
  return [...ordered.values()];
}

const dayOf = (atMs: number): string => new Date(atMs).toDateString();

/** Messages in order of time become rows; retransmissions fold into the first transmission when it is there. */
export function buildRows(
  messages: readonly MessageSummary[],
  lanes: readonly Lane[],
  options: RowOptions,
): readonly LadderRow[] {
  const laneOf = new Map(lanes.map((lane, i) => [lane.address, i]));
  const copies = new Map<number, MessageSummary[]>();
  const present = new Set(messages.map((message) => message.id));
  for (const message of messages) {
    const original = message.retransmissionOf;
    if (original === undefined || !present.has(original)) continue;
    const list = copies.get(original);
    if (list === undefined) copies.set(original, [message]);
    else list.push(message);
  }
  const rows: LadderRow[] = [];
  let previousMs: number | undefined;
  messages.forEach((message, i) => {
    const original = message.retransmissionOf;
    const isCopy = original !== undefined && present.has(original);
    if (isCopy && !options.unfolded.has(original)) return;
    if (previousMs !== undefined) {
      if (dayOf(previousMs) !== dayOf(message.atMs)) rows.push({ kind: 'day', atMs: message.atMs });
      const durationMs = message.atMs - previousMs;
      if (durationMs > options.gapMs) rows.push({ kind: 'gap', durationMs });
    }
    previousMs = message.atMs;
    const list = copies.get(message.id) ?? [];
    rows.push({
      kind: 'message',
      message,
      number: i + 1,
      from: laneOf.get(message.source) ?? 0,
      to: laneOf.get(message.destination) ?? 0,
      folded: options.unfolded.has(message.id) ? [] : list,
      retransmissions: list.length,
    });
  });
  return rows;
}
