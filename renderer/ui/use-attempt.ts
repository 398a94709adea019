import { useCallback } from 'react';
import { ContractError } from '../../app/contract/errors.ts';
import { useToast } from './toasts.tsx';

/** Runs what may be refused and shows the refusal: `attempt('options-probe was not deleted', store.remove(id))`. */
export function useAttempt(): (failure: string, work: Promise<unknown>) => void {
  const toast = useToast();
  return useCallback(
    (failure, work) => {
      work.catch((error: unknown) => {
        if (!(error instanceof ContractError)) throw error;
        if (error.code !== 'cancelled') toast({ kind: 'error', title: failure, text: error.message });
      });
    },
    [toast],
  );
}
