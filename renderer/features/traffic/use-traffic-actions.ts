import { useMemo, type RefObject } from 'react';
import { flushSync } from 'react-dom';
import { useToast } from '../../ui/toasts.tsx';
import { useAttempt } from '../../ui/use-attempt.ts';
import { textOf } from '../inspector/index.ts';
import { rowAt, type DialogListState } from './dialog-list-store.ts';
import { MOST_MERGED } from './dialog-pane.tsx';
import type { TrafficModel } from './traffic-model.ts';
import type { TrafficActions } from './use-traffic-commands.ts';

/** What can be open over the screen. */
export type Opened = 'export' | 'scenario' | 'goto' | 'clear' | undefined;

export interface Compared {
  readonly a: number;
  readonly b: number;
}

export interface ScreenActions extends TrafficActions {
  readonly copy: (text: string, what: string) => void;
  readonly compare: () => void;
  readonly focusDialogs: () => void;
  readonly focusLadder: () => void;
  readonly focusInspector: () => void;
  readonly nextFailure: () => void;
}

export interface ActionOptions {
  readonly model: TrafficModel;
  readonly root: RefObject<HTMLElement | null>;
  readonly open: (what: Opened) => void;
  readonly setCompared: (compared: Compared | undefined) => void;
  /** Dialogs to play again. */
  readonly setReplayed: (ids: readonly number[] | undefined) => void;
}

const FAILED: ReadonlySet<string> = new Set(['failed', 'timed-out', 'rejected']);

/** The row of the next failed dialog among those that are loaded, round the corner. */
export function findFailure(state: DialogListState, direction: 1 | -1): number | undefined {
  for (let i = 1; i <= state.matched; i += 1) {
    const at = (state.cursorIndex + direction * i + state.matched * 2) % state.matched;
    const dialog = rowAt(state, at);
    if (dialog !== undefined && FAILED.has(dialog.state)) return at;
  }
  return undefined;
}

/** What a scenario is made of: the chosen dialogs, else those in the ladder. */
export function scenarioIds({ list, ladder }: TrafficModel): readonly number[] {
  const { chosen } = list.store.getState();
  return chosen.size > 0 ? [...chosen].sort((a, b) => a - b) : ladder.store.getState().ids;
}

/** The same functions for the life of the screen, so that its panes are not drawn again for nothing. */
export function useTrafficActions({
  model,
  root,
  open,
  setCompared,
  setReplayed,
}: ActionOptions): ScreenActions {
  const toast = useToast();
  const attempt = useAttempt();
  return useMemo(() => {
    const { list, ladder, inspector } = model;
    const inside = (selector: string): HTMLElement | null | undefined =>
      root.current?.querySelector<HTMLElement>(selector);
    const focusPane = (scope: string): void => {
      inside(`[data-scope="${scope}"] [data-pane-focus]`)?.focus();
    };
    const copy = (text: string, what: string): void => {
      const refused = `The ${what} was not copied`;
      navigator.clipboard.writeText(text).then(
        () => {
          toast({ kind: 'success', title: `Copied ${what}` });
        },
        () => {
          toast({ kind: 'error', title: refused, text: 'The clipboard cannot be used here.' });
        },
      );
    };
    const compare = (): void => {
      const { marked, selectedId } = ladder.store.getState();
      if (marked !== undefined && selectedId !== undefined && marked.id !== selectedId) {
        setCompared({ a: marked.id, b: selectedId });
      }
    };
    const nextFailedDialog = (direction: 1 | -1): void => {
      const at = findFailure(list.store.getState(), direction);
      if (at !== undefined) list.moveTo(at);
    };
    return {
      copy,
      compare,
      focusPane,
      nextFailedDialog,
      focusDialogs: () => {
        focusPane('dialogs');
      },
      focusLadder: () => {
        focusPane('ladder');
      },
      focusInspector: () => {
        focusPane('inspector');
      },
      nextFailure: () => {
        nextFailedDialog(1);
      },
      focusFilter: () => {
        // At once, so that what is typed next is not taken for keys. There is no filter while messages are compared or played again.
        flushSync(() => {
          setCompared(undefined);
          setReplayed(undefined);
        });
        const input = root.current?.querySelector<HTMLInputElement>('.filter input');
        input?.focus();
        input?.select();
      },
      openColumns: () => {
        // A menu of the kit opens on pointer or key, not on click.
        const button = inside('[data-command="columns"]');
        button?.focus();
        button?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
      },
      export: () => {
        if ((list.store.getState().summary?.messages ?? 0) > 0) open('export');
        else toast({ kind: 'info', title: 'Nothing to export yet', text: 'No message has been recorded.' });
      },
      makeScenario: () => {
        if (scenarioIds(model).length > 0) open('scenario');
        else
          toast({
            kind: 'info',
            title: 'No dialog is selected',
            text: 'A scenario is made of recorded dialogs.',
          });
      },
      replay: () => {
        const ids = scenarioIds(model);
        if (ids.length > 0) setReplayed(ids);
        else
          toast({
            kind: 'info',
            title: 'No dialog is selected',
            text: 'A replay plays recorded dialogs again.',
          });
      },
      clear: () => {
        open('clear');
      },
      markOrCompare: () => {
        const { marked, selectedId } = ladder.store.getState();
        if (marked === undefined) ladder.mark(selectedId);
        else if (marked.id === selectedId) ladder.mark(undefined);
        else compare();
      },
      goTo: () => {
        open('goto');
      },
      copyMessage: () => {
        const { selectedId } = ladder.store.getState();
        if (selectedId === undefined) return;
        attempt(
          'The message was not copied',
          inspector.load(selectedId).then(({ bytes }) => {
            copy(textOf(bytes, { start: 0, end: bytes.length }), 'message');
          }),
        );
      },
      merge: () => {
        const { chosen } = list.store.getState();
        if (chosen.size < 2 || chosen.size > MOST_MERGED) return;
        ladder.open([...chosen].sort((a, b) => a - b));
        focusPane('ladder');
      },
    };
  }, [model, root, open, setCompared, setReplayed, toast, attempt]);
}
