import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createManualSchedule } from '../../testing/manual-schedule.ts';
import { Announcer } from './announcer.tsx';
import { createDialogListStore } from './dialog-list-store.ts';
import { manyDialogs } from './testing/many-dialogs.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('what came in is told every two seconds, summed up, and silence is silent', () => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  const many = manyDialogs(0);
  const list = createDialogListStore(many.backend, createManualSchedule().schedule);
  const host = document.createElement('div');
  const root = createRoot(host);
  act(() => {
    root.render(<Announcer list={list} />);
  });
  const region = host.querySelector('[aria-live="polite"]');
  act(() => {
    many.add(1);
    many.add(2);
    vi.advanceTimersByTime(1999);
  });
  expect(region?.textContent).toBe('');
  act(() => {
    vi.advanceTimersByTime(1);
  });
  expect(region?.textContent).toBe('21 new messages, 21 messages in all');
  act(() => {
    vi.advanceTimersByTime(4000);
  });
  expect(region?.textContent).toBe('21 new messages, 21 messages in all');
  act(() => {
    root.unmount();
  });
  expect(vi.getTimerCount()).toBe(0);
  list.dispose();
});
