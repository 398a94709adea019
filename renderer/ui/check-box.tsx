import { Checkbox } from 'radix-ui';
import { type ReactNode, useId } from 'react';
import { Icon } from './icon.tsx';
import './check-box.css';

export interface CheckBoxProps {
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
  readonly isDisabled?: boolean;
  /** Its label. */
  readonly children: ReactNode;
}

/** One of several, each for itself; a single setting that acts at once is a switch. */
export function CheckBox({ isOn, onChange, isDisabled = false, children }: CheckBoxProps): ReactNode {
  const id = useId();
  return (
    <span className="check">
      <Checkbox.Root
        id={id}
        className="cb"
        checked={isOn}
        disabled={isDisabled}
        onCheckedChange={(checked) => {
          onChange(checked === true);
        }}
      >
        <Checkbox.Indicator asChild>
          <Icon name="check" size="xs" />
        </Checkbox.Indicator>
      </Checkbox.Root>
      <label htmlFor={id}>{children}</label>
    </span>
  );
}
