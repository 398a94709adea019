import { type ReactNode, useState } from 'react';
import type { ServerField } from '../../../../app/contract/server-fields.ts';
import { type ControlIds, Segments, TextInput } from '../../../ui/field.tsx';
import { choiceLabel } from './choice-label.ts';

export interface SuggestedTextProps {
  readonly field: ServerField;
  readonly ids: ControlIds;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

const OTHER = '';

/** The usual values side by side, and room for any other: its kind is the last word of the placeholder, FILE or URL. */
export function SuggestedText({ field, ids, value, onChange }: SuggestedTextProps): ReactNode {
  const suggestions = field.suggestions ?? [];
  const isUsual = suggestions.includes(value);
  const [isOther, setOther] = useState(!isUsual);
  const kind = field.placeholder?.split('|').at(-1) ?? 'Other';
  const isTyped = isOther || !isUsual;
  return (
    <span className="suggested">
      <Segments
        aria-labelledby={`${ids.id}-label`}
        value={isTyped ? OTHER : value}
        options={[
          ...suggestions.map((s) => ({ value: s, label: choiceLabel(s) })),
          { value: OTHER, label: kind === 'FILE' ? 'File' : kind },
        ]}
        onChange={(next) => {
          setOther(next === OTHER);
          onChange(next);
        }}
      />
      {isTyped && <TextInput {...ids} isMono value={value} placeholder={kind} onChange={onChange} />}
    </span>
  );
}
