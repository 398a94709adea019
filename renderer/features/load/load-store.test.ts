import { expect, it } from 'vitest';
import { aRun } from '../../testing/fake-load.ts';
import { createFakeBackend } from '../../testing/fake-backend.ts';
import { createLoadStore, shownRun } from './load-store.ts';

const START = { text: '', target: 'sip:bob@127.0.0.1', variables: {}, ownsTarget: false, plan: aRun().plan };

it('shows the newest run, or the one that was chosen, and follows what is told', async () => {
  const fake = createFakeBackend({ runs: [aRun({ id: 'b' }), aRun({ id: 'a', state: 'ended' })] });
  const store = createLoadStore(fake, { environment: () => undefined });
  expect(shownRun(store.getState())).toBeUndefined();
  await store.getState().load();
  expect(shownRun(store.getState())?.id).toBe('b');
  fake.load.set({ attempts: 12 });
  expect(shownRun(store.getState())).toMatchObject({ id: 'b', attempts: 12 });
  store.getState().choose('a');
  expect(shownRun(store.getState())?.id).toBe('a');
  await store.getState().start(START);
  expect(store.getState().runs?.map(({ id }) => id)).toEqual(['run-3', 'b', 'a']);
  expect(shownRun(store.getState())?.id).toBe('run-3');
});

it('adds up what is pressed faster than it is answered, and never asks for less than nothing', async () => {
  const fake = createFakeBackend({ runs: [aRun()] });
  const store = createLoadStore(fake, { environment: () => undefined });
  await store.getState().load();
  const { changeRate } = store.getState();
  await Promise.all([changeRate(1), changeRate(10), changeRate(1)]);
  expect(shownRun(store.getState())?.ratePerSec).toBe(22);
  await Promise.all([changeRate(-10), changeRate(-10), changeRate(-10)]);
  expect(shownRun(store.getState())?.ratePerSec).toBe(0);
});

it('pauses and goes on, drains and stops, and leaves a run alone that has ended', async () => {
  const fake = createFakeBackend({ runs: [aRun()] });
  const store = createLoadStore(fake, { environment: () => undefined });
  await store.getState().load();
  const { togglePause, drain, stop } = store.getState();
  const states: unknown[] = [];
  for (const act of [togglePause, togglePause, drain, stop]) {
    await act();
    states.push(shownRun(store.getState())?.state);
  }
  expect(states).toEqual(['paused', 'running', 'draining', 'ended']);
  const before = fake.calls.length;
  for (const act of [togglePause, drain, stop]) await act();
  await store.getState().changeRate(1);
  expect(fake.calls).toHaveLength(before);
});
