import { createContext, type ReactNode, useCallback, useContext, useSyncExternalStore } from 'react';
import type { Unsubscribe } from '../../app/rpc/unsubscribe.ts';

/** The part of web storage that is used; `localStorage` fits. */
export interface TextStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** What a person set up on this face: theme, sizes of panes, the screen shown last. Losing it loses no work. */
export interface Preferences {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
  onChanged(listener: () => void): Unsubscribe;
}

const STORAGE_KEY = 'siphon-workbench';

function read(storage: TextStorage): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(storage.getItem(STORAGE_KEY) ?? '{}');
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    // Unreadable preferences are as good as none.
    return {};
  }
}

export function createPreferences(storage: TextStorage): Preferences {
  let values = read(storage);
  const listeners = new Set<() => void>();
  return {
    get: (key) => values[key],
    set: (key, value) => {
      values = { ...values, [key]: value };
      try {
        storage.setItem(STORAGE_KEY, JSON.stringify(values));
      } catch {
        // A full or forbidden storage: the choice lasts for this window.
      }
      for (const listener of listeners) listener();
    },
    onChanged: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Keeps preferences for the life of the window only. */
export function memoryStorage(): TextStorage {
  const values = new Map<string, string>();
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => {
      values.set(key, value);
    },
  };
}

const PreferencesContext = createContext<Preferences>(createPreferences(memoryStorage()));

export const PreferencesProvider = (props: {
  readonly value: Preferences;
  readonly children: ReactNode;
}): ReactNode => <PreferencesContext value={props.value}>{props.children}</PreferencesContext>;

/**
 * A remembered value, as useState.
 * @param isValid - refuses what an older version stored; the fallback stands in.
 */
export function usePreference<T>(
  key: string,
  fallback: T,
  isValid: (value: unknown) => value is T = (value): value is T => value !== undefined,
): readonly [T, (value: T) => void] {
  const preferences = useContext(PreferencesContext);
  const value = useSyncExternalStore(
    (listener) => preferences.onChanged(listener),
    () => preferences.get(key),
  );
  const set = useCallback(
    (next: T) => {
      preferences.set(key, next);
    },
    [preferences, key],
  );
  return [isValid(value) ? value : fallback, set];
}
