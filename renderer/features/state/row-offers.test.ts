import { describe, expect, it } from 'vitest';
import type { DialogRow, SubscriptionRow } from '../../../app/contract/state.ts';
import { aConnection, aDialog, aLookup, aSubscription, aTransaction } from '../../testing/sample-state.ts';
import { offersFor, offersOf } from './row-offers.ts';
import type { StateRow } from './state-rows.ts';

const of = <T extends StateRow['table']>(table: T, row: Extract<StateRow, { table: T }>['row']): StateRow =>
  ({ table, key: 'k', row }) as StateRow;

/** What can be done now. */
const labels = (row: StateRow): readonly string[] =>
  offersFor(row)
    .filter(({ isDisabled }) => isDisabled !== true)
    .map(({ label }) => label);

describe('what a row offers', () => {
  it.each<[Partial<DialogRow>, readonly string[]]>([
    [{ state: 'confirmed' }, ['Show in Traffic', 'Drop silently…', 'End with BYE…']],
    [
      { state: 'confirmed', bridgedTo: 'other' },
      ['Go to the other leg', 'Show in Traffic', 'Drop silently…', 'End with BYE…'],
    ],
    // What is not answered yet cannot be dropped without a word: somebody waits for a final response.
    [{ state: 'early', role: 'uas' }, ['Show in Traffic', 'Refuse call…']],
    [{ state: 'early', role: 'uac' }, ['Show in Traffic', 'Cancel call…']],
    [{ state: 'ending' }, ['Show in Traffic']],
  ])('a dialog that is %j', (input, expected) => {
    expect(labels(of('dialogs', aDialog(input)))).toEqual(expected);
  });

  it.each<[Partial<SubscriptionRow>, readonly string[]]>([
    [{ role: 'notifier' }, ['Show in Traffic', 'Send NOTIFY', 'End…']],
    [{ role: 'subscriber' }, ['Show in Traffic', 'Unsubscribe…']],
    [{ role: 'notifier', state: 'terminated' }, ['Show in Traffic']],
    [{ role: 'subscriber', state: 'terminated' }, ['Show in Traffic']],
  ])('a subscription that is %j', (input, expected) => {
    expect(labels(of('subscriptions', aSubscription(input)))).toEqual(expected);
  });

  it('a transaction leads to its messages as long as it knows its Call-ID', () => {
    expect(labels(of('transactions', aTransaction()))).toEqual(['Show in Traffic']);
    expect(labels(of('transactions', aTransaction({ callId: '' })))).toEqual([]);
  });

  it('asks before everything that destroys something', () => {
    const rows = [of('dialogs', aDialog()), of('connections', aConnection()), of('lookups', aLookup())];
    for (const { isDanger, effect, label } of rows.flatMap(offersFor))
      expect(isDanger === true, label).toBe(effect.kind === 'act' && effect.question !== undefined);
  });

  it('a row that is gone has left its messages behind, and nothing else', () => {
    const row = of('dialogs', aDialog());
    expect(offersOf({ of: row, isGone: true }).map(({ label }) => label)).toEqual(['Show in Traffic']);
    expect(offersOf({ of: of('connections', aConnection()), isGone: true })).toEqual([]);
    expect(offersOf(undefined)).toEqual([]);
  });
});
