import { useStore } from 'zustand';
import type { ScenarioDocument } from './scenario-document.ts';
import type { ScenariosStore } from './scenarios-state.ts';

/**
 * Parts of an open document, drawn again when one of them changes: a view that does not show the text is not drawn at each key.
 * Undefined parts when the file is not open any more.
 */
export function useDocument<K extends keyof ScenarioDocument>(
  store: ScenariosStore,
  path: string,
  part: K,
): ScenarioDocument[K] | undefined {
  return useStore(store, (s) => s.documents[path]?.[part]);
}
