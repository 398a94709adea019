import { describe, expect, it } from 'vitest';
import { createToastStore } from './toasts.tsx';

describe('toasts', () => {
  it('keeps the newest three, and one of equal ones', () => {
    const store = createToastStore();
    for (const title of ['one', 'two', 'two', 'three', 'four'])
      store.getState().show({ kind: 'info', title });
    expect(store.getState().toasts.map((t) => t.title)).toEqual(['two', 'three', 'four']);
  });

  it('dismisses one', () => {
    const store = createToastStore();
    store.getState().show({ kind: 'error', title: 'a' });
    store.getState().show({ kind: 'error', title: 'b' });
    store.getState().dismiss(store.getState().toasts[0]?.id ?? 0);
    expect(store.getState().toasts.map((t) => t.title)).toEqual(['b']);
  });
});
