import { type ReactNode, useState } from 'react';
import { useStore } from 'zustand';
import { ContractError } from '../../../app/contract/errors.ts';
import { useBackend } from '../../backend/index.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, TextInput } from '../../ui/field.tsx';
import { freePath } from './free-path.ts';
import { fileName } from './scenario-document.ts';
import type { ScenariosStore } from './scenarios-state.ts';
import { TemplateList } from './template-list.tsx';

/** A new file from a shipped scenario. */
export function NewScenarioDialog(props: {
  readonly store: ScenariosStore;
  /** Empty, or with `/` at its end. */
  readonly folder: string;
  readonly onClose: () => void;
}): ReactNode {
  const { store, folder, onClose } = props;
  const backend = useBackend();
  const templates = useStore(store, (s) => s.templates);
  const files = useStore(store, (s) => s.files) ?? [];
  const [filter, setFilter] = useState('');
  const [chosen, setChosen] = useState(templates[0]?.path ?? '');
  const [named, setNamed] = useState<string>();
  const [problem, setProblem] = useState<string>();

  const shown = templates.filter(({ name, description, path }) =>
    `${name} ${description} ${path}`.toLowerCase().includes(filter.trim().toLowerCase()),
  );
  const proposed = freePath(folder === '' ? chosen : folder + fileName(chosen), files);
  const path = named ?? proposed;
  const make = async (): Promise<void> => {
    try {
      const { text } = await backend.call('scenarios.template', { path: chosen });
      await store.getState().create(path.trim(), text);
      onClose();
    } catch (error) {
      if (!(error instanceof ContractError)) throw error;
      setProblem(error.message);
    }
  };
  return (
    <Dialog
      title="New scenario"
      description="Begins with one that is known to work; change it from there."
      widthPx={720}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" disabled={chosen === ''} onClick={() => void make()}>
            Create
          </Button>
        </>
      }
    >
      <form
        className="scnew"
        onSubmit={(event) => {
          event.preventDefault();
          void make();
        }}
      >
        <TextInput
          icon="search"
          aria-label="Search the templates"
          placeholder="Search the templates"
          autoFocus
          value={filter}
          onChange={(text) => {
            setFilter(text);
          }}
        />
        <div className="scroll scnewlist">
          <TemplateList
            templates={shown}
            chosen={chosen}
            onChoose={(template) => {
              setChosen(template.path);
              setNamed(undefined);
            }}
          />
          {shown.length === 0 && <p className="dim">No template has these words.</p>}
        </div>
        <Field label="File" hint="Folders by /, such as calls/busy.yaml." error={problem}>
          {(ids) => <TextInput {...ids} isMono value={path} onChange={setNamed} />}
        </Field>
        <button type="submit" hidden />
      </form>
    </Dialog>
  );
}
