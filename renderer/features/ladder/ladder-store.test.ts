import { describe, expect, test } from 'vitest';
import { ContractError } from '../../../app/contract/errors.ts';
import type { MessageSummary } from '../../../app/contract/traffic.ts';
import { createFakeBackend } from '../../testing/fake-backend.ts';
import { createManualSchedule } from '../../testing/manual-schedule.ts';
import { createLadderStore } from './ladder-store.ts';
import { aCall, aDialog, aLadder, aRequest, aResponse } from './testing/builders.ts';

async function opened(first: readonly MessageSummary[] = aCall()) {
  let messages = first;
  const asked: { readonly ids: readonly number[]; readonly limit: number }[] = [];
  const backend = createFakeBackend({
    handlers: {
      'dialogs.ladder': (query) => {
        asked.push(query);
        const ladder = aLadder(messages);
        return {
          ...ladder,
          dialogs: query.ids.map((id) => aDialog({ id, messages: messages.length })),
          messages: ladder.messages.slice(0, query.limit),
        };
      },
    },
  });
  const clock = createManualSchedule();
  const ladder = createLadderStore(backend, clock.schedule);
  ladder.open([1]);
  await clock.fireNext();
  return {
    backend,
    clock,
    ladder,
    asked,
    state: () => ladder.store.getState(),
    grow: (next: readonly MessageSummary[]) => {
      messages = next;
      backend.setSummary({});
    },
  };
}

describe('opening', () => {
  test('shows the dialog and selects its first message', async () => {
    const { state, asked } = await opened();
    expect(asked).toEqual([{ ids: [1], limit: 5000 }]);
    expect(state()).toMatchObject({ isLoading: false, selectedId: 1 });
    expect(state().ladder?.messages).toHaveLength(7);
  });

  test('the old ladder stays until the new one is here; the mark stays too', async () => {
    const { ladder, state, clock } = await opened();
    ladder.mark(4);
    ladder.open([2]);
    expect(state()).toMatchObject({ isLoading: true, selectedId: 1 });
    await clock.fireNext();
    expect(state().ladder?.dialogs[0]?.id).toBe(2);
    expect(state().marked?.id).toBe(4);
  });

  test('none empties it, the same asks nothing', async () => {
    const { ladder, state, clock } = await opened();
    ladder.open([1]);
    expect(clock.pending()).toEqual([]);
    ladder.open([]);
    expect(state()).toMatchObject({ ladder: undefined, selectedId: undefined, isLoading: false });
  });

  test('a refusal says why', async () => {
    const { ladder, state, clock, backend } = await opened();
    backend.failNext('dialogs.ladder', new ContractError('internal', 'Out of order.'));
    ladder.open([9]);
    await clock.fireNext();
    expect(state()).toMatchObject({ problem: 'Out of order.', isLoading: false });
  });
});

describe('live', () => {
  test('new messages appear in one batch; the selection at the end follows', async () => {
    const { ladder, state, clock, grow } = await opened(aCall().slice(0, 3));
    ladder.stepToEnd('last');
    grow(aCall().slice(0, 5));
    grow(aCall());
    expect(clock.pending()).toEqual([100]);
    await clock.fireNext();
    expect(state().ladder?.messages).toHaveLength(7);
    expect(state().selectedId).toBe(7);
  });

  test('a selection elsewhere stays, and at the end too when not following', async () => {
    const { ladder, state, clock, grow } = await opened(aCall().slice(0, 3));
    ladder.select(2);
    grow(aCall().slice(0, 5));
    await clock.fireNext();
    expect(state().selectedId).toBe(2);
    ladder.setFollowing(false);
    ladder.stepToEnd('last');
    grow(aCall());
    await clock.fireNext();
    expect(state().selectedId).toBe(5);
  });

  test('paused, nothing is read until it goes on', async () => {
    const { ladder, state, clock, grow } = await opened(aCall().slice(0, 3));
    ladder.setPaused(true);
    grow(aCall());
    expect(clock.pending()).toEqual([]);
    ladder.setPaused(false);
    await clock.fireNext();
    expect(state().ladder?.messages).toHaveLength(7);
  });

  test('a long ladder is first asked whether anything changed', async () => {
    const long = Array.from({ length: 400 }, (_, i) => aRequest(i + 1, 'OPTIONS', { cseq: i }));
    const { asked, clock, grow } = await opened(long);
    grow(long);
    await clock.fireNext();
    expect(asked.map((query) => query.limit)).toEqual([5000, 1]);
    grow([...long, aRequest(401, 'OPTIONS', { cseq: 400 })]);
    await clock.fireNext();
    expect(asked.map((query) => query.limit)).toEqual([5000, 1, 1, 5000]);
  });
});

describe('moving', () => {
  test('step by step, never over an end', async () => {
    const { ladder, state } = await opened();
    ladder.step(2);
    expect(state().selectedId).toBe(3);
    ladder.step(-20);
    expect(state().selectedId).toBe(1);
    ladder.step(Infinity);
    expect(state().selectedId).toBe(7);
  });

  test('within a transaction; the ACK counts to its INVITE', async () => {
    const { ladder, state } = await opened();
    ladder.select(4);
    ladder.stepInTransaction(1);
    expect(state().selectedId).toBe(5);
    ladder.stepInTransaction(1);
    expect(state().selectedId).toBe(5);
    ladder.select(6);
    ladder.stepInTransaction(1);
    expect(state().selectedId).toBe(7);
    ladder.stepInTransaction(-1);
    expect(state().selectedId).toBe(6);
  });

  test('from failure to failure, and by number', async () => {
    const { ladder, state } = await opened([
      aRequest(1, 'INVITE'),
      aResponse(2, 407, 'Proxy Authentication Required'),
      aRequest(3, 'ACK'),
      aRequest(4, 'INVITE', { cseq: 2 }),
      aResponse(5, 486, 'Busy Here', { cseq: 2 }),
    ]);
    ladder.stepToFailure(1);
    expect(state().selectedId).toBe(2);
    ladder.stepToFailure(1);
    expect(state().selectedId).toBe(5);
    ladder.stepToFailure(-1);
    expect(state().selectedId).toBe(2);
    ladder.goTo(4);
    expect(state().selectedId).toBe(4);
    ladder.goTo(99);
    expect(state().selectedId).toBe(4);
  });

  test('folded retransmissions are stepped over, unfolded ones are not; folding keeps a selection in sight', async () => {
    const { ladder, state } = await opened([
      aRequest(1, 'INVITE'),
      aRequest(2, 'INVITE', { retransmissionOf: 1 }),
      aResponse(3, 100, 'Trying'),
    ]);
    ladder.step(1);
    expect(state().selectedId).toBe(3);
    ladder.goTo(2);
    expect(state().selectedId).toBe(1);
    ladder.setUnfolded(1, true);
    ladder.step(1);
    expect(state().selectedId).toBe(2);
    ladder.setUnfolded(1, false);
    expect(state().selectedId).toBe(1);
  });
});

test('modes go round', async () => {
  const { ladder, state } = await opened();
  ladder.cycleTime();
  ladder.cycleColour();
  ladder.toggleSdp();
  expect(state()).toMatchObject({ timeMode: 'delta', colourMode: 'dialog', hasSdpDetails: true });
  ladder.setColour('method');
  expect(state().colourMode).toBe('method');
});

test('disposed, it waits for nothing', async () => {
  const { ladder, clock, grow } = await opened();
  grow(aCall());
  ladder.dispose();
  grow(aCall());
  expect(clock.pending()).toEqual([]);
});
