import { type ReactNode, useState } from 'react';
import { useStore } from 'zustand';
import { ContractError } from '../../../app/contract/errors.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import type { EnvironmentsStore } from './environments-store.ts';

const SAMPLE = `lab:
  target: sip:127.0.0.1:5060
  password: secret
staging:
  target: sip:sbc.staging.example
`;

/** The file of environments, as text: it is made to be kept beside the scenarios, under version control. */
export function EnvironmentsDialog(props: {
  readonly store: EnvironmentsStore;
  readonly onClose: () => void;
}): ReactNode {
  const { store, onClose } = props;
  const file = useStore(store, (s) => s.file);
  const draft = useStore(store, (s) => s.draft);
  const [problem, setProblem] = useState<string>();
  const { type, discard, save } = store.getState();
  const [found] = file?.diagnostics ?? [];
  const said =
    problem ??
    (draft === undefined && found !== undefined
      ? `Line ${String(found.line)}: ${found.message}.`
      : undefined);
  const submit = (): void => {
    save().then(onClose, (error: unknown) => {
      if (!(error instanceof ContractError)) throw error;
      setProblem(
        error.code === 'conflict' ? `${error.message} Saving again overwrites what is there.` : error.message,
      );
    });
  };
  return (
    <Dialog
      title="Environments"
      description="Names, and below each the variables that runs and loads take from it. The values of a scenario's own form win."
      widthPx={640}
      onClose={onClose}
      actions={
        <>
          {draft !== undefined && (
            <Button
              onClick={() => {
                discard();
                setProblem(undefined);
              }}
            >
              Discard changes
            </Button>
          )}
          <Button kind="primary" shortcut="Mod+Enter" disabled={draft === undefined} onClick={submit}>
            Save
          </Button>
        </>
      }
    >
      <textarea
        className="inp mono envtext"
        aria-label="Environments, YAML"
        aria-invalid={said === undefined ? undefined : true}
        aria-describedby="environments-help"
        rows={14}
        spellCheck={false}
        placeholder={SAMPLE}
        value={draft?.text ?? file?.text ?? ''}
        onChange={(event) => {
          setProblem(undefined);
          type(event.target.value);
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          submit();
        }}
      />
      <p id="environments-help" role="status" className={said === undefined ? 'hp' : 'hp bad'}>
        {said ?? (
          <>
            Kept in <span className="mono">{file?.file}</span>;{' '}
            <span className="mono">sipctl run --env NAME</span> takes them too.
          </>
        )}
      </p>
    </Dialog>
  );
}
