import { describe, expect, it } from 'vitest';
import { ContractError } from '../../../app/contract/errors.ts';
import type { NodeState } from '../../../app/contract/state.ts';
import { createFakeState, full } from '../../testing/fake-state.ts';
import { createManualSchedule, settled } from '../../testing/manual-schedule.ts';
import { aRegistration } from '../../testing/sample-state.ts';
import { rowsOf } from './state-rows.ts';
import { createStateStore, POLL_MS, type StateStore } from './state-store.ts';

/* Verified: the store of the State screen against a backend whose answers a test gives, when it says so. */

interface Asked {
  readonly method: string;
  readonly answer: (value: unknown) => Promise<void>;
  readonly refuse: (error: ContractError) => Promise<void>;
}

const setUp = (nowMs = 5000) => {
  const asked: Asked[] = [];
  const clock = createManualSchedule();
  const call = ((method: string) => {
    if (method === 'state.machines') return Promise.resolve({ machines: [] });
    return new Promise((resolve, reject) => {
      asked.push({
        method,
        answer: async (value) => {
          resolve(value as never);
          await settled();
        },
        refuse: async (error) => {
          reject(error);
          await settled();
        },
      });
    });
  }) as Parameters<typeof createStateStore>[0]['call'];
  const store = createStateStore({ call }, { schedule: clock.schedule, now: () => nowMs });
  store.getState().choose('a');
  return { store, asked, clock };
};

const aState = (atMs: number, ...aors: readonly string[]): NodeState => ({
  ...createFakeState({
    registrations: full(aors.map((aor) => aRegistration({ aor, expiresAtMs: 9e9 }))),
  }).read(),
  atMs,
});

const aorsOf = (store: StateStore): readonly string[] | undefined =>
  store.getState().reading?.state.registrations.rows.map(({ aor }) => aor);

describe('the store of the State screen', () => {
  it('asks again so long after each answer, until nobody watches', async () => {
    const { store, asked, clock } = setUp();
    const stop = store.getState().watch('a');
    await settled();
    expect([asked.length, clock.pending()]).toEqual([1, []]);
    await asked[0]?.answer(aState(1, 'sip:a@x'));
    expect(clock.pending()).toEqual([POLL_MS]);
    await clock.fireNext();
    expect(asked.length).toBe(2);
    stop();
    await asked[1]?.answer(aState(2, 'sip:a@x'));
    expect(clock.pending()).toEqual([]);
  });

  it('keeps the latest answer when an earlier question is answered after it', async () => {
    const { store, asked } = setUp();
    store.getState().watch('a');
    await settled();
    const acting = store.getState().act('a', { kind: 'drop-connection', id: 'c' });
    await asked[1]?.answer({});
    await asked[2]?.answer(aState(2, 'sip:after@x'));
    await acting;
    await asked[0]?.answer(aState(1, 'sip:before@x'));
    expect(aorsOf(store)).toEqual(['sip:after@x']);
  });

  it('drops the answer of a server that is not looked at any more', async () => {
    const { store, asked } = setUp();
    store.getState().watch('a');
    await settled();
    store.getState().choose('b');
    await asked[0]?.answer(aState(1, 'sip:a@x'));
    expect(store.getState().reading).toBeUndefined();
  });

  it('takes the least delay for the difference of the clocks', async () => {
    const { store, asked, clock } = setUp(5000);
    store.getState().watch('a');
    await settled();
    await asked[0]?.answer(aState(4900, 'sip:a@x'));
    expect(store.getState().reading?.skewMs).toBe(100);
    await clock.fireNext();
    await asked[1]?.answer(aState(4990, 'sip:a@x'));
    expect(store.getState().reading?.skewMs).toBe(10);
    await clock.fireNext();
    await asked[2]?.answer(aState(4000, 'sip:a@x'));
    expect(store.getState().reading?.skewMs).toBe(10);
  });

  it('follows the selected row, and keeps it as it was seen last when it is gone', async () => {
    const { store, asked, clock } = setUp();
    store.getState().watch('a');
    await settled();
    await asked[0]?.answer(aState(1, 'sip:a@x', 'sip:b@x'));
    const [, second] = rowsOf(aState(1, 'sip:a@x', 'sip:b@x'), 'registrations');
    if (second === undefined) throw new Error('no second row');
    store.getState().select(second);
    await clock.fireNext();
    await asked[1]?.answer(aState(2, 'sip:b@x'));
    expect(store.getState().views.registrations.selection).toMatchObject({ isGone: false });
    await clock.fireNext();
    await asked[2]?.answer(aState(3));
    expect(store.getState().views.registrations.selection).toMatchObject({
      isGone: true,
      of: { row: { aor: 'sip:b@x' } },
    });
  });

  it('says why it was not answered, and forgets it with the next answer', async () => {
    const { store, asked, clock } = setUp();
    store.getState().watch('a');
    await settled();
    await asked[0]?.refuse(new ContractError('conflict', 'a does not run.'));
    expect(store.getState().problem).toBe('a does not run.');
    await clock.fireNext();
    await asked[1]?.answer(aState(1));
    expect(store.getState().problem).toBeUndefined();
  });

  it('gives two rows of the same name keys of their own', () => {
    const state = aState(1, 'sip:a@x', 'sip:a@x');
    expect(new Set(rowsOf(state, 'registrations').map(({ key }) => key)).size).toBe(2);
  });
});
