import { describe, expect, it, vi } from 'vitest';
import { createPreferences, memoryStorage } from './preferences.tsx';

describe('preferences', () => {
  it('keeps values in the storage and tells about changes', () => {
    const storage = memoryStorage();
    const preferences = createPreferences(storage);
    const changed = vi.fn();
    const stop = preferences.onChanged(changed);
    preferences.set('theme', 'dark');
    stop();
    preferences.set('density', 'compact');
    expect(changed).toHaveBeenCalledTimes(1);
    expect(createPreferences(storage).get('theme')).toBe('dark');
    expect(createPreferences(storage).get('density')).toBe('compact');
  });

  it.each(['not json', '[1]', 'null', '"text"'])('starts afresh on %s', (text) => {
    const storage = memoryStorage();
    storage.setItem('siphon-workbench', text);
    expect(createPreferences(storage).get('theme')).toBeUndefined();
  });

  it('goes on without a storage that is full', () => {
    const preferences = createPreferences({
      getItem: () => null,
      setItem: () => {
        throw new Error('quota exceeded');
      },
    });
    preferences.set('theme', 'light');
    expect(preferences.get('theme')).toBe('light');
  });
});
