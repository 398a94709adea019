import { type KeyboardEvent, type ReactNode, useState } from 'react';
import { Button, IconButton } from '../../ui/button.tsx';
import { Segments, TextInput } from '../../ui/field.tsx';
import { plainStep } from './step-text.ts';

export interface StepFormProps {
  readonly title: string;
  readonly yaml: string;
  /** Resolves when it is done; rejects with the sentence to show. */
  readonly onApply: (yaml: string) => Promise<void>;
  readonly onClose: () => void;
}

/** Edits one step: its value where that is all there is, else its YAML. Ctrl+Enter applies, Esc closes. */
export function StepForm({ title, yaml, onApply, onClose }: StepFormProps): ReactNode {
  const [text, setText] = useState(yaml);
  const [problem, setProblem] = useState<string>();
  const plain = plainStep(text);
  const [mode, setMode] = useState<'form' | 'yaml'>(plain === undefined ? 'yaml' : 'form');
  const apply = (): void => {
    onApply(text).then(onClose, (error: unknown) => {
      setProblem(error instanceof Error ? error.message : String(error));
    });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') onClose();
    else if (event.key === 'Enter' && (mode === 'form' || event.ctrlKey || event.metaKey)) apply();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <section className="scform" aria-label={title} onKeyDown={onKeyDown}>
      <div className="row">
        <h3 className="el grow">{title}</h3>
        {plain !== undefined && (
          <Segments
            aria-label="How it is edited"
            value={mode}
            options={[
              { value: 'form', label: 'Value' },
              { value: 'yaml', label: 'YAML' },
            ]}
            onChange={setMode}
          />
        )}
        <IconButton icon="cross" size="s" label="Close" shortcut="Escape" onClick={onClose} />
      </div>
      {mode === 'form' && plain !== undefined ? (
        <TextInput
          isMono
          autoFocus
          aria-label={plain.word}
          value={plain.value}
          onChange={(value) => {
            setText(`${plain.word}: ${value}`);
          }}
        />
      ) : (
        <textarea
          className="mono scyaml"
          aria-label="YAML of the step"
          autoFocus
          spellCheck={false}
          rows={Math.min(10, Math.max(3, text.split('\n').length + 1))}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
          }}
        />
      )}
      {problem !== undefined && (
        <p className="err" role="alert">
          {problem}
        </p>
      )}
      <div className="row">
        <span className="dim meta grow">
          {mode === 'form' ? 'Enter applies' : 'Ctrl+Enter applies'}, Esc closes
        </span>
        <Button size="s" kind="primary" onClick={apply}>
          Apply
        </Button>
      </div>
    </section>
  );
}
