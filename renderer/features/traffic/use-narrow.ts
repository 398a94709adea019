import { useSyncExternalStore } from 'react';

/** Below this width the inspector goes under the ladder. */
const QUERY = '(max-width: 1099px)';

const media = (): MediaQueryList => window.matchMedia(QUERY);

const subscribe = (listener: () => void): (() => void) => {
  const list = media();
  list.addEventListener('change', listener);
  return () => {
    list.removeEventListener('change', listener);
  };
};

/** Whether the window is too narrow for three panes side by side. */
export function useNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => media().matches);
}
