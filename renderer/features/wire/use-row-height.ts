import { useSyncExternalStore } from 'react';

/** Rows are as high as the density in force says; the tokens know. */
export type RowToken = '--row' | '--row-ladder' | '--row-tree';

const heights = new Map<string, number>();

function read(token: RowToken, fallback: number): number {
  const root = document.documentElement;
  const key = `${token} ${root.dataset['density'] ?? ''}`;
  const known = heights.get(key);
  if (known !== undefined) return known;
  const height = Number.parseFloat(getComputedStyle(root).getPropertyValue(token));
  if (Number.isNaN(height)) return fallback;
  heights.set(key, height);
  return height;
}

function subscribe(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-density'] });
  return () => {
    observer.disconnect();
  };
}

/** The height of a kind of row in px, following the density. */
export function useRowHeight(token: RowToken, fallback: number): number {
  return useSyncExternalStore(subscribe, () => read(token, fallback));
}
