import { useEffect, useState, type ReactNode } from 'react';
import { ContractError } from '../../../app/contract/errors.ts';
import type { ScenarioFromDialogs } from '../../../app/contract/traffic.ts';
import { useBackend, useConnection } from '../../backend/index.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Note } from '../../ui/note.tsx';
import { useToast } from '../../ui/toasts.tsx';
import { useCopy } from '../../ui/use-copy.ts';

export interface ScenarioDialogProps {
  readonly ids: readonly number[];
  /** Makes a file of it and shows that. */
  readonly onEdit: (fileName: string, yaml: string) => Promise<void>;
  readonly onClose: () => void;
}

/** A scenario made of recorded dialogs, to be read, copied or saved. */
export function ScenarioDialog({ ids: chosen, onEdit, onClose }: ScenarioDialogProps): ReactNode {
  // What is chosen meanwhile changes nothing any more.
  const [ids] = useState(chosen);
  const backend = useBackend();
  const { hello } = useConnection();
  const toast = useToast();
  const copy = useCopy();
  const [made, setMade] = useState<ScenarioFromDialogs>();
  const [problem, setProblem] = useState<string>();

  useEffect(() => {
    let isWanted = true;
    backend.call('scenarios.fromDialogs', { ids: [...ids] }).then(
      (result) => {
        if (isWanted) setMade(result);
      },
      (error: unknown) => {
        if (isWanted) setProblem(sentenceOf(error));
      },
    );
    return () => {
      isWanted = false;
    };
  }, [backend, ids]);

  const save = async ({ fileName, yaml }: ScenarioFromDialogs): Promise<void> => {
    try {
      if (hello?.hasFileDialogs === true) {
        const asked = { title: 'Save scenario', suggestedName: fileName };
        const { handle } = await backend.call('files.chooseSave', asked);
        await backend.call('scenarios.fromDialogs', { ids: [...ids], handle });
      } else download(yaml, fileName);
      toast({ kind: 'success', title: 'Saved the scenario', text: fileName });
      onClose();
    } catch (error) {
      if (!(error instanceof ContractError && error.code === 'cancelled')) setProblem(sentenceOf(error));
    }
  };

  const edit = async ({ fileName, yaml }: ScenarioFromDialogs): Promise<void> => {
    try {
      await onEdit(fileName, yaml);
      onClose();
    } catch (error) {
      setProblem(sentenceOf(error));
    }
  };

  return (
    <Dialog
      title="Make scenario"
      description="The side that began plays again what it sent, and expects what came. sipctl run runs it."
      widthPx={760}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Close</Button>
          <Button
            icon="copy"
            disabled={made === undefined}
            onClick={() => {
              if (made !== undefined) copy('scenario', made.yaml);
            }}
          >
            Copy
          </Button>
          <Button
            icon="export"
            disabled={made === undefined}
            onClick={() => {
              if (made !== undefined) void save(made);
            }}
          >
            {hello?.hasFileDialogs === true ? 'Save as…' : 'Save'}
          </Button>
          <Button
            kind="primary"
            icon="edit"
            disabled={made === undefined}
            onClick={() => {
              if (made !== undefined) void edit(made);
            }}
          >
            Open in editor
          </Button>
        </>
      }
    >
      {problem !== undefined && (
        <Note kind="error" title="There is no scenario" isLive>
          {problem}
        </Note>
      )}
      {made !== undefined && made.notes.length > 0 && (
        <Note kind="info" title="Look at this before it is run">
          <ul className="review">
            {made.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </Note>
      )}
      {made !== undefined && (
        <pre className="scenario mono" tabIndex={0} role="region" aria-label="Scenario">
          {made.yaml}
        </pre>
      )}
    </Dialog>
  );
}

/** What a person is told. @throws what is no error of the contract */
function sentenceOf(error: unknown): string {
  if (error instanceof ContractError) return error.message;
  throw error;
}

/** Hands a text to the browser as a file. */
function download(text: string, fileName: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/yaml' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(url);
}
