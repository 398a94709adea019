import { describe, expect, it } from 'vitest';
import type { Dials } from '../../../../app/contract/dials.ts';
import { ContractError } from '../../../../app/contract/errors.ts';
import { createFakeBackend } from '../../../testing/fake-backend.ts';
import { createDialsStore } from './dials-store.ts';

const dials = (values: Dials['values']): Dials => ({ values, overrides: [], faults: [] });

describe('dials on their way to a server', () => {
  it('sends one change at a time, and of what is turned meanwhile only the last value', async () => {
    const sent: unknown[] = [];
    const answers: ((value: Dials) => void)[] = [];
    const backend = createFakeBackend({
      handlers: {
        'dials.change': ({ changes }) => {
          sent.push(changes);
          return new Promise<Dials>((resolve) => answers.push(resolve));
        },
      },
    });
    const store = createDialsStore(backend, 'uas');
    const done = store.getState().turn({ ringMs: 100 });
    void store.getState().turn({ ringMs: 200 });
    void store.getState().turn({ ringMs: 300 });
    await expect.poll(() => answers.length).toBe(1);
    answers[0]?.(dials({ ringMs: 100 }));
    await expect.poll(() => answers.length).toBe(2);
    expect(sent).toEqual([{ ringMs: 100 }, { ringMs: 300 }]);
    expect(store.getState()).toMatchObject({ dials: { values: { ringMs: 100 } }, pending: { ringMs: 300 } });
    answers[1]?.(dials({ ringMs: 300 }));
    await done;
    expect(store.getState()).toMatchObject({ pending: {}, refused: {}, dials: { values: { ringMs: 300 } } });
  });

  it('keeps a refusal beside its dial until that is turned again', async () => {
    const backend = createFakeBackend();
    const store = createDialsStore(backend, 'uas');
    backend.failNext('dials.change', new ContractError('invalid-config', 'minSe: too short'));
    await store.getState().turn({ minSe: 1 });
    expect(store.getState()).toMatchObject({ pending: {}, refused: { minSe: 'minSe: too short' } });
    await store.getState().turn({ minSe: 120 });
    expect(store.getState()).toMatchObject({ refused: {}, dials: { values: { minSe: 120 } } });
  });
});
