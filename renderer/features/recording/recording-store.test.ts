import { describe, expect, it } from 'vitest';
import { createFakeBackend } from '../../testing/fake-backend.ts';
import { createRecordingStore } from './recording-store.ts';

describe('recording store', () => {
  it('reads, follows, toggles and clears', async () => {
    const backend = createFakeBackend();
    const store = createRecordingStore(backend);
    expect(store.getState().summary).toBeUndefined();
    await store.getState().load();
    expect(store.getState().summary).toMatchObject({ isRecording: true, dialogs: 10 });
    backend.setSummary({ dropped: 7 });
    expect(store.getState().summary?.dropped).toBe(7);
    await store.getState().toggle();
    expect(store.getState().summary?.isRecording).toBe(false);
    await store.getState().toggle();
    expect(store.getState().summary?.isRecording).toBe(true);
    await store.getState().clear();
    expect(store.getState().summary?.messages).toBe(0);
    store.getState().dispose();
    backend.setSummary({ dropped: 9 });
    expect(store.getState().summary?.dropped).toBe(7);
  });
});
