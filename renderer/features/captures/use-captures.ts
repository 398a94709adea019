import { useCallback } from 'react';
import type { CaptureFile } from '../../../app/contract/captures.ts';
import { useConnection } from '../../backend/index.ts';
import { appCommand } from '../../ui/commands.ts';
import { useToast } from '../../ui/toasts.tsx';
import { useAttempt } from '../../ui/use-attempt.ts';
import { useCommands } from '../../ui/use-commands.tsx';
import { formatNumberOf } from '../wire/index.ts';
import { filterOf } from './capture-filter.ts';
import { CAPTURE_EXTENSIONS, type CapturesStore } from './captures-store.ts';

export interface CaptureActions {
  /** Asks for a file: by the dialog of the desktop, or by that of the browser. */
  readonly choose: () => void;
  readonly take: (files: readonly File[]) => void;
}

/**
 * Opens capture files wherever one is in the window.
 * @param show - shows the dialogs that a filter lets through.
 */
export function useCaptures(store: CapturesStore, show: (filter: string) => void): CaptureActions {
  const { hello } = useConnection();
  const attempt = useAttempt();
  const toast = useToast();
  const hasDialogs = hello?.hasFileDialogs === true;

  const opened = useCallback(
    ({ name, dialogs, messages, notes }: CaptureFile): void => {
      show(filterOf(name));
      toast({
        kind: notes.length === 0 ? 'success' : 'info',
        title: `Opened ${name}`,
        text: [
          `${formatNumberOf(dialogs, 'dialog')}, ${formatNumberOf(messages, 'message')}.`,
          ...notes.map(sentence),
        ].join(' '),
      });
    },
    [show, toast],
  );
  const take = useCallback(
    (files: readonly File[]): void => {
      for (const file of files)
        attempt(`${file.name} was not opened`, store.getState().send(file).then(opened));
    },
    [store, attempt, opened],
  );
  const choose = useCallback((): void => {
    if (hasDialogs) attempt('The capture was not opened', store.getState().choose().then(opened));
    else pickFiles(take);
  }, [store, attempt, opened, take, hasDialogs]);

  useCommands([appCommand('traffic.open', { icon: 'folder', run: choose })]);
  return { choose, take };
}

/** Asks for files by the dialog of the browser. */
function pickFiles(take: (files: readonly File[]) => void): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  input.accept = CAPTURE_EXTENSIONS.map((extension) => `.${extension}`).join(',');
  input.addEventListener('change', () => {
    take([...(input.files ?? [])]);
  });
  input.click();
}

const sentence = (note: string): string => `${note.charAt(0).toUpperCase()}${note.slice(1)}.`;
