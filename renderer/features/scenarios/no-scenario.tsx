import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import { useBackend } from '../../backend/index.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/note.tsx';
import { useAttempt } from '../../ui/use-attempt.ts';
import type { ScenariosStore } from './scenarios-state.ts';
import { TemplateList } from './template-list.tsx';

/** Nothing is open: the library to begin with, a SIPp scenario, or a call of Traffic. */
export function NoScenario(props: {
  readonly store: ScenariosStore;
  readonly onImport: () => void;
  readonly onGoToTraffic: () => void;
}): ReactNode {
  const { store } = props;
  const backend = useBackend();
  const attempt = useAttempt();
  const { templates, files, folder } = useStore(store);
  const make = async (path: string): Promise<void> => {
    const { text } = await backend.call('scenarios.template', { path });
    await store.getState().add(path, text);
  };
  return (
    <div className="scroll scnone">
      <EmptyState
        title={(files ?? []).length === 0 ? 'No scenarios yet' : 'Choose a scenario'}
        text={
          <>
            A scenario says who takes part, what they send and what must come back. Begin with one that works;
            its copy goes to <span className="mono">{folder}</span>.
          </>
        }
        actions={
          <>
            <Button icon="import" onClick={props.onImport}>
              From SIPp XML…
            </Button>
            <Button icon="traffic" onClick={props.onGoToTraffic}>
              From a captured call
            </Button>
          </>
        }
      />
      <TemplateList
        templates={templates}
        onChoose={({ path }) => {
          attempt('The scenario was not made', make(path));
        }}
      />
    </div>
  );
}
