import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { TextInput } from '../../ui/field.tsx';

export interface TargetFormProps {
  /** What happens: Redirect to, Transfer to. */
  readonly label: string;
  readonly action: string;
  readonly onSubmit: (target: string) => void;
  readonly onCancel: () => void;
}

const isSipUri = (text: string): boolean => /^sips?:[^\s<>@]*@?[^\s<>@]+$/.test(text);

/** Asks for a SIP URI. */
export function TargetForm({ label, action, onSubmit, onCancel }: TargetFormProps): ReactNode {
  const [target, setTarget] = useState('');
  const [isAsked, setAsked] = useState(false);
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => box.current?.focus(), []);
  const isBad = isAsked && !isSipUri(target.trim());
  return (
    <form
      className="opform"
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (isSipUri(target.trim())) onSubmit(target.trim());
      }}
    >
      <TextInput
        ref={box}
        aria-label={label}
        aria-invalid={isBad || undefined}
        isMono
        value={target}
        placeholder="sip:carol@127.0.0.1:5080"
        onChange={setTarget}
        onKeyDown={(event) => {
          if (event.key === 'Escape') {
            event.stopPropagation();
            onCancel();
          }
        }}
      />
      <Button kind="quiet" onClick={onCancel}>
        Cancel
      </Button>
      <button type="submit" className="btn">
        {action}
      </button>
      {isBad && <p className="hp bad">Expected a SIP URI, such as sip:carol@127.0.0.1:5080.</p>}
    </form>
  );
}
