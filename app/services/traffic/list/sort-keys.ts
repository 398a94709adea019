import type { DIALOG_COLUMNS } from '../../../contract/traffic.ts';
import type { DialogRecord } from '../store/records.ts';

export type DialogColumn = (typeof DIALOG_COLUMNS)[number];

/** What a column is sorted by; undefined sorts last in either direction. */
const KEYS: Readonly<Record<DialogColumn, (dialog: DialogRecord) => string | number | undefined>> = {
  id: ({ id }) => id,
  state: ({ state }) => state,
  startedAtMs: ({ first }) => first?.atMs,
  method: ({ method }) => method || undefined,
  fromUser: ({ fromUser }) => fromUser || undefined,
  toUser: ({ toUser }) => toUser || undefined,
  source: ({ first }) => first?.flow.source,
  destination: ({ first }) => first?.flow.destination,
  messages: ({ messages }) => messages.length,
  setupMs: ({ setupMs }) => setupMs,
  durationMs: ({ durationMs }) => durationMs,
  result: ({ result }) => result?.status,
  protocol: ({ first }) => first?.flow.protocol,
  callId: ({ callId }) => callId || undefined,
  retransmissions: ({ retransmissions }) => retransmissions,
};

export type DialogOrder = (a: DialogRecord, b: DialogRecord) => number;

/** The order of a column; equal ones stand by their number, in the same direction. */
export function orderBy(column: DialogColumn, isDescending: boolean): DialogOrder {
  const key = KEYS[column];
  const sign = isDescending ? -1 : 1;
  return (a, b) => {
    const [ka, kb] = [key(a), key(b)];
    if (ka === kb || ka === undefined || kb === undefined) {
      if (ka !== kb) return ka === undefined ? 1 : -1;
      return sign * (a.id - b.id);
    }
    return ka < kb ? -sign : sign;
  };
}
