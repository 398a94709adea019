import { type ReactNode, useId } from 'react';
import { TextInput } from '../../ui/field.tsx';
import { type FieldId, FIELDS, type NumberField } from './load-draft.ts';

export interface NumberRowProps {
  readonly field: FieldId;
  readonly value: string;
  readonly problem: string | undefined;
  /** The label stands beside it already, and is for assistive technology only. */
  readonly isLabelHidden?: boolean;
  readonly isDisabled?: boolean;
  readonly onChange: (value: string) => void;
}

/** Label, number, unit; what is wrong below. */
export function NumberRow(props: NumberRowProps): ReactNode {
  const { field, value, problem, isLabelHidden = false, isDisabled = false, onChange } = props;
  const id = useId();
  const { label, unit, isOptional = false }: NumberField = FIELDS[field];
  return (
    <div className="ldnum">
      <label htmlFor={id} className={isLabelHidden ? 'sr' : undefined}>
        {label}
      </label>
      <TextInput
        id={id}
        value={value}
        unit={unit}
        inputMode="decimal"
        disabled={isDisabled}
        placeholder={isOptional ? 'no limit' : undefined}
        aria-invalid={problem === undefined ? undefined : true}
        aria-describedby={problem === undefined ? undefined : `${id}-help`}
        onChange={onChange}
      />
      {problem !== undefined && (
        <p className="hp bad" id={`${id}-help`}>
          {problem}
        </p>
      )}
    </div>
  );
}
