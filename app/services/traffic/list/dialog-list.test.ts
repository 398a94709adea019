import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DIALOG_COLUMNS, type DialogQuery } from '../../../contract/traffic.ts';
import { encodeBatch } from '../capture-batch.ts';
import { CaptureStore } from '../capture-store.ts';
import { hasFailed } from '../dialogs/derive.ts';
import { compileFilter } from '../filter/filter.ts';
import { aCall, captured, requestBytes, responseBytes } from '../testing/messages.ts';
import { DialogList } from './dialog-list.ts';
import { orderBy } from './sort-keys.ts';

const nameOf = (id: string): string => id;

/** A clock that stands still, or goes on by `stepMs` at each look. */
function listOf(store: CaptureStore, stepMs = 0): DialogList {
  let nowMs = 0;
  const clock = { now: () => (nowMs += stepMs), wallMs: () => 0, after: () => ({ cancel: () => undefined }) };
  return new DialogList(store, clock, nameOf);
}

const query = (filter: string, more: Partial<DialogQuery> = {}): DialogQuery => ({
  filter,
  sort: { by: 'id', descending: false },
  offset: 0,
  limit: 500,
  ...more,
});

async function ids(list: DialogList, filter: string, more: Partial<DialogQuery> = {}): Promise<number[]> {
  const { rows } = await list.query(query(filter, more));
  return rows.map(({ id }) => id);
}

const busy = (callId: string, atMs = 0) => [
  captured('in', requestBytes('INVITE', { callId }), { atMs }),
  captured('out', responseBytes('486 Busy Here', { callId }), { atMs: atMs + 5 }),
];

describe('the list of dialogs', () => {
  it('pages, sorts and counts', async () => {
    const store = new CaptureStore();
    const list = listOf(store);
    store.ingest(
      encodeBatch([...aCall({ callId: 'b' }), ...busy('a'), ...aCall({ callId: 'c' }).slice(0, 3)]),
      's1',
    );
    store.ingest(encodeBatch([captured('in', requestBytes('INVITE', { callId: 'd' }))]), 's1');
    store.ingest(encodeBatch([captured('out', responseBytes('500 Oops', { callId: 'd' }))]), 's1');
    const { page } = await list.query(query(''));
    expect(page).toEqual({ total: 4, matched: 4, failed: 1, nearest: [] });
    expect(await ids(list, '', { sort: { by: 'callId', descending: false } })).toEqual([2, 1, 3, 4]);
    expect(await ids(list, '', { sort: { by: 'messages', descending: true } })).toEqual([1, 3, 4, 2]);
    expect(await ids(list, '', { sort: { by: 'durationMs', descending: true } })).toEqual([1, 4, 3, 2]);
    expect(await ids(list, '', { sort: { by: 'durationMs', descending: false } })).toEqual([1, 2, 3, 4]);
    expect(await ids(list, '', { offset: 1, limit: 2 })).toEqual([2, 3]);
    expect(await ids(list, '', { offset: 4, limit: 2 })).toEqual([]);
  });

  it('takes in what changed since, and lets go of what no longer matches', async () => {
    const store = new CaptureStore();
    const list = listOf(store);
    const [invite, trying, ringing, ok, ...rest] = aCall();
    store.ingest(encodeBatch([invite, trying, ringing].flatMap((m) => m ?? [])), 's1');
    expect(await ids(list, 'dialog.state == ringing')).toEqual([1]);
    expect(await ids(list, 'dialog.state == completed')).toEqual([]);
    store.ingest(encodeBatch([ok, ...rest].flatMap((m) => m ?? [])), 's1');
    expect(await ids(list, 'dialog.state == ringing')).toEqual([]);
    expect(await ids(list, 'dialog.state == completed')).toEqual([1]);
    store.clear();
    expect(await ids(list, 'dialog.state == completed')).toEqual([]);
  });

  it('filters nothing and says why when the filter is wrong', async () => {
    const store = new CaptureStore();
    const list = listOf(store);
    store.ingest(encodeBatch(aCall()), 's1');
    const { page, rows } = await list.query(query('sip.Metod == INVITE'));
    expect(rows).toHaveLength(1);
    expect(page).toMatchObject({
      matched: 1,
      filterError: { message: 'There is no field sip.Metod. Did you mean sip.Method?', start: 0, end: 9 },
    });
    expect(await list.matching('sip.Metod == INVITE')).toMatchObject({ error: { start: 0 } });
  });

  it('offers filters that match something, the closest first', async () => {
    const store = new CaptureStore();
    const list = listOf(store);
    store.ingest(
      encodeBatch([...aCall(), ...busy('a'), captured('in', requestBytes('OPTIONS', { callId: 'o' }))]),
      's1',
    );
    const typed = 'sip.Method == INVITE and sip.Status-Code >= 600 and host == 127.0.0.11';
    expect((await list.query(query(typed))).page.nearest).toEqual([
      { filter: 'sip.Method == INVITE', matched: 2 },
      { filter: 'sip.Status-Code >= 486', matched: 1 },
      { filter: 'host == 127.0.0.1', matched: 3 },
      { filter: 'sip.Method == OPTIONS', matched: 1 },
    ]);
    expect((await list.query(query('zzz yyy'))).page.nearest[0]).toEqual({
      filter: 'sip.Method == INVITE',
      matched: 2,
    });
  });

  it('steps aside while it works, and still sees all, with what comes meanwhile', async () => {
    const store = new CaptureStore();
    const list = listOf(store, 20);
    for (let n = 0; n < 300; n += 1) store.ingest(encodeBatch(busy(`c${n}`)), 's1');
    let isOthersTurn = false;
    const answer = ids(list, 'sip.Status-Code == 486');
    setImmediate(() => {
      isOthersTurn = true;
      store.ingest(encodeBatch(busy('late')), 's1');
    });
    expect(await answer).toHaveLength(301);
    expect(isOthersTurn).toBe(true);
  });

  it('forgets the filters that were not asked for in a while', async () => {
    const store = new CaptureStore();
    const list = listOf(store);
    store.ingest(encodeBatch(aCall()), 's1');
    for (let n = 0; n < 50; n += 1) await ids(list, `dialog.messages > ${n % 7} || dialog.id == ${n}`);
    expect(store.watcherCount).toBe(12);
    list.reset();
    expect(store.watcherCount).toBe(0);
    expect(await ids(list, 'dialog.messages == 7')).toEqual([1]);
  });

  it('answers a query in a live recording as it would answer it from scratch', async () => {
    const step = fc.record({
      calls: fc.array(fc.record({ id: fc.nat(15), from: fc.nat(6), to: fc.nat(7) }), {
        minLength: 1,
        maxLength: 6,
      }),
      by: fc.constantFrom(...DIALOG_COLUMNS),
      descending: fc.boolean(),
      filter: fc.constantFrom(
        '',
        'dialog.state == completed',
        'dialog.messages < 5',
        '!(sip.Method == BYE)',
        'c1',
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 15 }), async (steps) => {
        const store = new CaptureStore(30_000);
        const list = listOf(store);
        for (const { calls, by, descending, filter } of steps) {
          const messages = calls.flatMap(({ id, from, to }) =>
            aCall({ callId: `c${id}`, atMs: id * 3 }).slice(Math.min(from, to), Math.max(from, to) + 1),
          );
          store.ingest(encodeBatch(messages), 's1');
          const matches = compileFilter(filter, nameOf);
          const fresh = [...store.dialogs.values()].filter((dialog) => matches.matches(dialog));
          const expected = [...fresh].sort(orderBy(by, descending)).map(({ id }) => id);
          expect(await ids(list, filter, { sort: { by, descending } })).toEqual(expected);
          const { page } = await list.query(query(filter));
          expect([page.matched, page.failed]).toEqual([
            fresh.length,
            fresh.filter(({ state }) => hasFailed(state)).length,
          ]);
        }
      }),
      { numRuns: 60 },
    );
  });
});
