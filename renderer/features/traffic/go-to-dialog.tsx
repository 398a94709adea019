import { useState, type ReactNode } from 'react';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { Field, TextInput } from '../../ui/field.tsx';

export interface GoToDialogProps {
  /** Number of the last message. */
  readonly last: number;
  readonly onGo: (number: number) => void;
  readonly onClose: () => void;
}

/** Asks for the number of a message. */
export function GoToDialog({ last, onGo, onClose }: GoToDialogProps): ReactNode {
  const [text, setText] = useState('');
  const number = Number(text.replace(/^#/, ''));
  const isRight = Number.isInteger(number) && number >= 1 && number <= last;
  return (
    <Dialog title="Go to message" widthPx={360} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!isRight) return;
          onGo(number);
          onClose();
        }}
      >
        <Field
          label="Number"
          hint={`1 to ${String(last)}`}
          error={text !== '' && !isRight ? `Messages are numbered 1 to ${String(last)}` : undefined}
        >
          {(ids) => <TextInput {...ids} value={text} onChange={setText} inputMode="numeric" autoFocus />}
        </Field>
        <div className="dlg-acts flat">
          <Button onClick={onClose}>Cancel</Button>
          <Button
            kind="primary"
            disabled={!isRight}
            onClick={() => {
              onGo(number);
              onClose();
            }}
          >
            Go
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
