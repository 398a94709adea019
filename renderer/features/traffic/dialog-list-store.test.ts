import { describe, expect, test } from 'vitest';
import { ContractError } from '../../../app/contract/errors.ts';
import { createManualSchedule, settled } from '../../testing/manual-schedule.ts';
import { createDialogListStore, rowAt } from './dialog-list-store.ts';
import { manyDialogs } from './testing/many-dialogs.ts';

async function started(count: number) {
  const many = manyDialogs(count);
  const clock = createManualSchedule();
  const list = createDialogListStore(many.backend, clock.schedule);
  list.refresh();
  await settled();
  await clock.fireNext();
  return { ...many, clock, list, state: () => list.store.getState() };
}

describe('the first answer', () => {
  test('fills the first page and puts the cursor on the newest dialog', async () => {
    const { state, asked } = await started(250);
    expect(asked()).toEqual([[0, 100]]);
    expect(state()).toMatchObject({
      isLoaded: true,
      total: 250,
      matched: 250,
      cursorId: 250,
      cursorIndex: 0,
    });
    expect(rowAt(state(), 99)?.id).toBe(151);
    expect(rowAt(state(), 100)).toBeUndefined();
    expect(state().summary?.dialogs).toBe(250);
  });

  test('nothing recorded: nothing selected', async () => {
    const { state } = await started(0);
    expect(state()).toMatchObject({ isLoaded: true, matched: 0, cursorId: undefined });
  });

  test('a refusal keeps what is shown and says why; the next answer mends it', async () => {
    const { list, state, backend, clock } = await started(5);
    backend.failNext('dialogs.query', new ContractError('disconnected', 'The link is gone.'));
    list.refresh();
    await clock.fireNext();
    expect(state()).toMatchObject({ problem: 'The link is gone.', matched: 5 });
    list.refresh();
    await clock.fireNext();
    expect(state().problem).toBeUndefined();
  });
});

describe('while messages come in', () => {
  test('many changes are one question, at most every 100 ms', async () => {
    const { add, clock, asked, state } = await started(5);
    for (let i = 0; i < 20; i += 1) add(1);
    expect(clock.pending()).toEqual([100]);
    await clock.fireNext();
    expect(asked()).toHaveLength(2);
    expect(state().matched).toBe(25);
    expect(clock.pending()).toEqual([]);
  });

  test('the same revision asks nothing', async () => {
    const { backend, state, clock } = await started(5);
    const summary = state().summary;
    if (summary !== undefined) backend.emit('traffic.changed', summary);
    expect(clock.pending()).toEqual([]);
  });

  test('the cursor stays on its dialog', async () => {
    const { add, clock, state, list } = await started(5);
    list.moveTo(2);
    expect(state().cursorId).toBe(3);
    add(4);
    await clock.fireNext();
    expect(state()).toMatchObject({ cursorId: 3, cursorIndex: 6 });
  });

  test('scrolled away from the newest, what is on screen does not move', async () => {
    const { add, clock, state, list } = await started(1000);
    list.setFollowing(false);
    await clock.fireNext();
    list.setWindow(200, 240);
    await clock.fireNext();
    const first = rowAt(state(), 200)?.id;
    add(7);
    await clock.fireNext();
    expect(state().slide).toEqual({ rows: 7, serial: 1 });
    expect(rowAt(state(), 207)?.id).toBe(first);
  });

  test('following, nothing slides', async () => {
    const { add, clock, state } = await started(1000);
    add(7);
    await clock.fireNext();
    expect(state().slide.rows).toBe(0);
    expect(rowAt(state(), 0)?.id).toBe(1007);
  });
});

describe('paused', () => {
  test('nothing moves, and the messages held back are counted', async () => {
    const { add, clock, state, list, asked } = await started(5);
    list.setPaused(true);
    add(3);
    expect(clock.pending()).toEqual([]);
    expect(state()).toMatchObject({ isPaused: true, held: 21, matched: 5 });
    list.setPaused(false);
    await clock.fireNext();
    expect(state()).toMatchObject({ isPaused: false, held: 0, matched: 8 });
    expect(asked()).toHaveLength(2);
  });

  test('a page that was not there yet is the one from before the pause', async () => {
    const { add, clock, state, list } = await started(400);
    list.setPaused(true);
    add(30);
    list.setWindow(200, 240);
    await clock.fireNext();
    await clock.fireNext();
    expect(rowAt(state(), 200)?.id).toBe(200);
    expect(rowAt(state(), 0)?.id).toBe(400);
    expect(state().matched).toBe(400);
  });
});

describe('the window', () => {
  test('far away, only its pages are asked for; those near stay', async () => {
    const { clock, state, list, asked } = await started(100_000);
    list.setWindow(50_150, 50_190);
    await clock.fireNext();
    expect(asked().at(-1)).toEqual([50_100, 100]);
    expect(rowAt(state(), 50_150)?.id).toBe(49_850);
    expect(rowAt(state(), 0)?.id).toBe(100_000);
    list.setWindow(50_151, 50_191);
    expect(clock.pending()).toEqual([]);
  });

  test('the cursor can go where no row is loaded yet', async () => {
    const { clock, state, list } = await started(100_000);
    list.moveTo(Infinity);
    expect(state()).toMatchObject({ cursorIndex: 99_999, cursorId: undefined });
    await clock.fireNext();
    expect(state()).toMatchObject({ cursorIndex: 99_999, cursorId: 1 });
    list.moveTo(-5);
    expect(state().cursorIndex).toBe(0);
  });
});

describe('filter and sort', () => {
  test('typing asks once, after a pause; clearing asks at once', async () => {
    const { clock, list, state, asked } = await started(300);
    for (const text of ['4', '42']) list.setFilter(text);
    expect(clock.pending()).toEqual([90]);
    await clock.fireNext();
    expect(asked()).toHaveLength(2);
    expect(state()).toMatchObject({ filter: '42', matched: 1, total: 300 });
    list.setFilter('');
    expect(clock.pending()).toEqual([0]);
  });

  test('an answer to an older question is dropped', async () => {
    const { clock, list, state } = await started(300);
    list.setFilter('42');
    const late = clock.fireNext();
    list.setFilter('7');
    await late;
    expect(state().matched).toBe(300);
    await clock.fireNext();
    expect(rowAt(state(), 0)?.id).toBe(7);
  });

  test('nothing matches: near filters are offered', async () => {
    const { clock, list, state } = await started(300);
    list.setFilter('none');
    await clock.fireNext();
    expect(state()).toMatchObject({ matched: 0, nearest: [{ filter: '7', matched: 1 }] });
  });

  test('another order shows its own first rows', async () => {
    const { clock, list, state } = await started(300);
    list.setSort({ by: 'id', descending: false });
    await clock.fireNext();
    expect(rowAt(state(), 0)?.id).toBe(1);
    expect(state().cursorId).toBe(300);
  });
});

test('dialogs are chosen, and given up', async () => {
  const { list, state } = await started(5);
  list.toggleChosen(3);
  list.toggleChosen(4);
  list.toggleChosen(3);
  expect([...state().chosen]).toEqual([4]);
  list.clearChosen();
  expect(state().chosen.size).toBe(0);
});

test('disposed, it waits for nothing and hears nothing', async () => {
  const { list, clock, add, state } = await started(5);
  add(1);
  list.dispose();
  expect(clock.pending()).toEqual([]);
  add(1);
  expect(clock.pending()).toEqual([]);
  expect(state().matched).toBe(5);
});
