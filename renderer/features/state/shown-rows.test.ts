import { describe, expect, it } from 'vitest';
import { createFakeState, full } from '../../testing/fake-state.ts';
import { aDialog, aRegistration } from '../../testing/sample-state.ts';
import { nextSort, shownRows, stepFrom } from './shown-rows.ts';
import { rowsOf } from './state-rows.ts';
import type { TableView } from './state-store.ts';
import { tableOf } from './tables/index.ts';

const table = tableOf('registrations');
const rows = rowsOf(
  createFakeState({
    registrations: full([
      aRegistration({ aor: 'sip:u10@lab.test', contact: 'sip:x@10.0.0.1', q: 0.5, userAgent: 'DeskPhone 4' }),
      aRegistration({ aor: 'sip:u2@lab.test', contact: 'sip:x@10.0.0.2', q: 1, protocol: 'tls' }),
      aRegistration({ aor: 'sip:u2@lab.test', contact: 'sip:x@10.0.0.3', q: 0.5 }),
    ]),
  }).read(),
  'registrations',
);
const view = (change: Partial<TableView> = {}): TableView => ({
  filter: '',
  sort: undefined,
  selection: undefined,
  ...change,
});
const contacts = (change?: Partial<TableView>): readonly string[] =>
  shownRows(table, rows, view(change)).map(({ row }) => ('contact' in row ? row.contact.slice(-1) : '?'));

describe('the rows that are shown', () => {
  it('are in the order of the table at first: numbers in words count as numbers, equal ones keep their order', () => {
    expect(contacts()).toEqual(['2', '3', '1']);
  });

  it('are in the order of the column that was asked for', () => {
    expect(contacts({ sort: { by: 'q', descending: false } })).toEqual(['1', '3', '2']);
    expect(contacts({ sort: { by: 'q', descending: true } })).toEqual(['2', '1', '3']);
  });

  it('have every word of the filter in them, wherever it stands', () => {
    expect(contacts({ filter: ' deskphone  U10 ' })).toEqual(['1']);
    expect(contacts({ filter: 'u2 tls' })).toEqual(['2']);
    expect(contacts({ filter: 'u10 tls' })).toEqual([]);
  });

  it('let the cursor go down and up, to the ends and no further', () => {
    const shown = shownRows(table, rows, view());
    const at = (index: number): TableView => {
      const of = shown[index];
      if (of === undefined) throw new Error('no such row');
      return view({ selection: { of, isGone: false } });
    };
    expect(stepFrom(table, shown, view(), 1)).toBe(shown[0]);
    expect(stepFrom(table, shown, view(), Infinity)).toBe(shown[2]);
    expect(stepFrom(table, shown, at(0), 1)).toBe(shown[1]);
    expect(stepFrom(table, shown, at(0), -1)).toBe(shown[0]);
    expect(stepFrom(table, shown, at(1), 20)).toBe(shown[2]);
    expect(stepFrom(table, shown, at(2), -Infinity)).toBe(shown[0]);
    expect(stepFrom(table, [], view(), 1)).toBeUndefined();
  });

  it('let the cursor go on from where a row was that is gone', () => {
    const shown = shownRows(table, rows, view());
    const [gone] = rowsOf(
      createFakeState({ registrations: full([aRegistration({ aor: 'sip:u5@lab.test' })]) }).read(),
      'registrations',
    );
    if (gone === undefined) throw new Error('no row');
    // Between u2 and u10.
    const from = view({ selection: { of: gone, isGone: true } });
    expect(stepFrom(table, shown, from, 1)).toBe(shown[2]);
    expect(stepFrom(table, shown, from, -1)).toBe(shown[1]);
    expect(stepFrom(table, shown, from, -Infinity)).toBe(shown[0]);
    const behindAll = view({ ...from, sort: { by: 'aor', descending: true } });
    expect(stepFrom(table, shownRows(table, rows, behindAll), behindAll, 1)?.key).toContain('u2@');
  });

  it('turn round with a second click on the same head', () => {
    expect(nextSort({ by: 'q', descending: false }, 'q')).toEqual({ by: 'q', descending: true });
    expect(nextSort({ by: 'q', descending: true }, 'aor')).toEqual({ by: 'aor', descending: false });
  });

  it('of dialogs without a session timer stand behind those with one', () => {
    const dialogs = rowsOf(
      createFakeState({
        dialogs: full([
          aDialog({ id: 'without' }),
          aDialog({ id: 'late', sessionTimer: { expiresSec: 90, isRefresher: true, dueAtMs: 2000 } }),
          aDialog({ id: 'soon', sessionTimer: { expiresSec: 90, isRefresher: true, dueAtMs: 1000 } }),
          aDialog({ id: 'neither' }),
        ]),
      }).read(),
      'dialogs',
    );
    const sorted = shownRows(
      tableOf('dialogs'),
      dialogs,
      view({ sort: { by: 'session', descending: false } }),
    );
    expect(sorted.map(({ key }) => key)).toEqual(['soon', 'late', 'without', 'neither']);
  });
});
