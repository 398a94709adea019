import { type ReactNode, useState } from 'react';
import type { OutlineStep, ScenarioEdit, ScenarioOutline } from '../../../app/contract/scenarios.ts';
import { Button } from '../../ui/button.tsx';
import { Select, TextInput } from '../../ui/field.tsx';
import { TARGET } from './planned-ladder.ts';
import { insertAfter } from './step-text.ts';

export interface ArrowFormProps {
  readonly outline: ScenarioOutline;
  readonly selected: OutlineStep | undefined;
  /** Rejects with the sentence to show. */
  readonly onAdd: (edits: readonly ScenarioEdit[]) => Promise<void>;
  readonly onClose: () => void;
}

const MESSAGES = [
  'INVITE',
  '180',
  '200',
  'ACK',
  'BYE',
  'CANCEL',
  'OPTIONS',
  'REGISTER',
  'MESSAGE',
  '486',
  '2xx',
];

/** Puts a message between two lanes: who sends it gets a send step, who waits for it an expect step. */
export function ArrowForm({ outline, selected, onAdd, onClose }: ArrowFormProps): ReactNode {
  const actors = outline.actors.map(({ name }) => name);
  const ends = [...actors, TARGET];
  const [from, setFrom] = useState(selected?.actor ?? actors[0] ?? TARGET);
  const [to, setTo] = useState(ends.find((name) => name !== from) ?? TARGET);
  const [what, setWhat] = useState('OPTIONS');
  const [problem, setProblem] = useState<string>();
  const options = ends.map((name) => ({ value: name, label: name }));

  const add = (): void => {
    const message = what.trim();
    if (from === to) {
      setProblem('A message goes from one to another: choose two different ends.');
      return;
    }
    const edits = [
      ...(from === TARGET ? [] : [insertAfter(outline.steps, selected, from, `send: ${message}`)]),
      ...(to === TARGET ? [] : [insertAfter(outline.steps, selected, to, `expect: ${message}`)]),
    ];
    onAdd(edits).then(onClose, (error: unknown) => {
      setProblem(error instanceof Error ? error.message : String(error));
    });
  };
  return (
    <form
      className="scarrowform"
      aria-label="Add a message"
      onSubmit={(event) => {
        event.preventDefault();
        add();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.preventDefault();
        event.stopPropagation();
        onClose();
      }}
    >
      <Select aria-label="From" value={from} options={options} onChange={setFrom} />
      <span className="dim">to</span>
      <Select aria-label="To" value={to} options={options} onChange={setTo} />
      <TextInput
        aria-label="Method or status"
        isMono
        autoFocus
        list="scenario-messages"
        value={what}
        onChange={setWhat}
      />
      <datalist id="scenario-messages">
        {MESSAGES.map((message) => (
          <option key={message} value={message} />
        ))}
      </datalist>
      <Button kind="primary" size="s" disabled={what.trim() === ''} onClick={add}>
        Add
      </Button>
      <Button kind="quiet" size="s" onClick={onClose}>
        Cancel
      </Button>
      <button type="submit" hidden />
      {problem !== undefined && (
        <p className="err" role="alert">
          {problem}
        </p>
      )}
    </form>
  );
}
