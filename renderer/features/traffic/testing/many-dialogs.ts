import type { DialogQuery, DialogSummary } from '../../../../app/contract/traffic.ts';
import { createFakeBackend, type FakeBackend } from '../../../testing/fake-backend.ts';

const STARTED_AT_MS = new Date(2026, 10, 21, 12, 0, 0).getTime();

export function aDialog(id: number, overrides: Partial<DialogSummary> = {}): DialogSummary {
  return {
    id,
    callId: `call-${String(id)}@127.0.0.1`,
    state: 'completed',
    method: 'INVITE',
    fromUser: `user${String(id)}`,
    toUser: 'bob',
    fromUri: `sip:user${String(id)}@lab.test`,
    toUri: 'sip:bob@lab.test',
    source: '127.0.0.1:5071',
    destination: '127.0.0.1:5060',
    protocol: 'udp',
    startedAtMs: STARTED_AT_MS + id * 1000,
    lastAtMs: STARTED_AT_MS + id * 1000 + 500,
    messages: 7,
    retransmissions: 0,
    result: { status: 200, reason: 'OK' },
    findings: 0,
    ...overrides,
  };
}

export interface ManyDialogs {
  readonly backend: FakeBackend;
  /** Queries so far: offset and limit. */
  readonly asked: () => readonly (readonly [number, number])[];
  /** So many more dialogs began, with seven messages each. */
  readonly add: (count: number) => void;
}

/** A recording of so many dialogs, answered window by window. A filter of digits matches that id. */
export function manyDialogs(count: number): ManyDialogs {
  let total = count;
  const asked: (readonly [number, number])[] = [];
  const query = ({ filter, sort, offset, limit }: DialogQuery) => {
    asked.push([offset, limit]);
    const matched = filter === '' ? total : filter === 'none' ? 0 : 1;
    const idAt = (i: number): number =>
      filter !== '' ? Number(filter) : sort.descending ? total - i : i + 1;
    const size = Math.max(0, Math.min(limit, matched - offset));
    return {
      rows: Array.from({ length: size }, (_, i) => aDialog(idAt(offset + i))),
      total,
      matched,
      failed: 0,
      nearest: matched === 0 ? [{ filter: '7', matched: 1 }] : [],
    };
  };
  const backend = createFakeBackend({
    summary: { dialogs: total, messages: total * 7 },
    handlers: { 'dialogs.query': query },
  });
  return {
    backend,
    asked: () => asked,
    add: (more) => {
      total += more;
      backend.setSummary({ dialogs: total, messages: total * 7 });
    },
  };
}
