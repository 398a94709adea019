import { useMemo } from 'react';
import type { ScenarioEdit } from '../../../app/contract/scenarios.ts';
import { useAttempt } from '../../ui/use-attempt.ts';
import { insertAfter } from './step-text.ts';
import type { ScenariosStore } from './scenarios-state.ts';

/** Edits of the steps of an open file; each is one step of its undo history. */
export interface StepEdits {
  /** After the selected step of the actor, or at its end. */
  readonly insert: (actor: string, yaml: string) => void;
  readonly remove: (at: string) => void;
  readonly move: (at: string, by: 1 | -1) => void;
  /** To a place beside another step. */
  readonly relocate: (at: string, beside: string, place: 'before' | 'after') => void;
  /** Rejects with the sentence to show. */
  readonly replace: (at: string, yaml: string) => Promise<void>;
  readonly apply: (edits: readonly ScenarioEdit[]) => Promise<void>;
}

export function useStepEdits(store: ScenariosStore, path: string): StepEdits {
  const attempt = useAttempt();
  return useMemo(() => {
    const { edit } = store.getState();
    const steps = (): ReturnType<typeof outlineOf> => outlineOf(store, path);
    return {
      insert: (actor, yaml) => {
        const { all, selected } = steps();
        attempt('No step was put in', edit(path, [insertAfter(all, selected, actor, yaml)]));
      },
      remove: (at) => {
        const { all } = steps();
        const index = all.findIndex((step) => step.at === at);
        const neighbour = all[index + 1]?.actor === all[index]?.actor ? at : all[index - 1]?.at;
        const done = edit(path, [{ kind: 'remove', at }]).then(() => {
          store.getState().select(path, neighbour);
        });
        attempt('The step was not removed', done);
      },
      move: (at, by) => {
        attempt('The step was not moved', edit(path, [{ kind: 'move', at, by }]));
      },
      relocate: (at, beside, place) => {
        attempt('The step was not moved', edit(path, [{ kind: 'relocate', at, beside, place }]));
      },
      replace: (at, yaml) => edit(path, [{ kind: 'replace', at, yaml }]),
      apply: (edits) => edit(path, edits),
    };
  }, [store, path, attempt]);
}

function outlineOf(store: ScenariosStore, path: string) {
  const document = store.getState().documents[path];
  const all = document?.outline?.steps ?? [];
  return { all, selected: all.find((step) => step.at === document?.selected) };
}
