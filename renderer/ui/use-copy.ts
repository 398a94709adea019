import { useCallback } from 'react';
import { useToast } from './toasts.tsx';

/** Copies text and says so: `copy('command', text)`. */
export function useCopy(): (what: string, text: string) => void {
  const toast = useToast();
  return useCallback(
    (what, text) => {
      navigator.clipboard.writeText(text).then(
        () => {
          toast({ kind: 'success', title: `Copied the ${what}` });
        },
        (error: unknown) => {
          const reason = error instanceof Error ? error.message : String(error);
          toast({ kind: 'error', title: `The ${what} could not be copied`, text: reason });
        },
      );
    },
    [toast],
  );
}
