import { type ReactNode, useCallback, useRef } from 'react';
import { useBackend } from '../../backend/index.ts';
import { useToast } from '../../ui/toasts.tsx';
import { useAttempt } from '../../ui/use-attempt.ts';
import { formatNumberOf } from '../wire/index.ts';
import type { ScenariosStore } from './scenarios-state.ts';

/** Lets a person choose a scenario of SIPp or siphon-rs and makes a file of ours of it. `input` is to be rendered. */
export function useSippImport(store: ScenariosStore): {
  readonly choose: () => void;
  readonly input: ReactNode;
} {
  const backend = useBackend();
  const attempt = useAttempt();
  const toast = useToast();
  const box = useRef<HTMLInputElement>(null);
  const take = async (file: File): Promise<void> => {
    const made = await backend.call('scenarios.importSipp', { text: await file.text(), fileName: file.name });
    const path = await store.getState().add(made.suggestedPath, made.yaml);
    const count = made.diagnostics.length;
    toast({
      kind: count === 0 ? 'success' : 'info',
      title: `Imported ${file.name}`,
      text:
        count === 0
          ? `As ${path}.`
          : `As ${path}. ${formatNumberOf(count, 'thing')} could not be said: ${made.diagnostics[0]?.message ?? ''}`,
    });
  };
  const choose = useCallback(() => {
    box.current?.click();
  }, []);
  return {
    choose,
    input: (
      <input
        ref={box}
        type="file"
        accept=".xml,text/xml,application/xml,.json,application/json"
        aria-label="SIPp scenario"
        hidden
        onChange={({ target }) => {
          const file = target.files?.[0];
          if (file !== undefined) attempt(`${file.name} was not imported`, take(file));
          target.value = '';
        }}
      />
    ),
  };
}
