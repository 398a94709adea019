import { type ReactNode, useState } from 'react';
import { ContractError } from '../../../app/contract/errors.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, TextInput } from '../../ui/field.tsx';
import { folderOf } from './scenario-document.ts';
import type { ScenariosStore } from './scenarios-state.ts';

/** What a file is to be called; folders that are not there are made. */
export function RenameDialog(props: {
  readonly store: ScenariosStore;
  readonly path: string;
  readonly onClose: () => void;
}): ReactNode {
  const { store, path, onClose } = props;
  const [to, setTo] = useState(path);
  const [problem, setProblem] = useState<string>();
  const rename = (): void => {
    store
      .getState()
      .rename(path, to.trim())
      .then(onClose, (error: unknown) => {
        if (!(error instanceof ContractError)) throw error;
        setProblem(error.message);
      });
  };
  return (
    <Dialog
      title="Rename scenario"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" disabled={to.trim() === '' || to.trim() === path} onClick={rename}>
            Rename
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          rename();
        }}
      >
        <Field label="Path" hint="Folders by /, such as calls/busy.yaml." error={problem}>
          {(ids) => (
            <TextInput
              {...ids}
              isMono
              autoFocus
              value={to}
              onChange={setTo}
              onFocus={({ target }) => {
                const start = folderOf(path) === '' ? 0 : folderOf(path).length + 1;
                target.setSelectionRange(start, path.replace(/\.\w+$/, '').length);
              }}
            />
          )}
        </Field>
      </form>
    </Dialog>
  );
}
