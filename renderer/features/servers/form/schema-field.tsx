import { memo, type ReactNode } from 'react';
import { MODE_PURPOSES, type ServerConfigKey } from '../../../../app/contract/server-config.ts';
import type { ServerField } from '../../../../app/contract/server-fields.ts';
import { type ControlIds, Field, Segments, Select, Switch, TextInput } from '../../../ui/field.tsx';
import { defaultOf, type DraftValue } from '../server-draft.ts';
import { choiceLabel, isMode } from './choice-label.ts';
import { hasRowsOfItsOwn, ListEditor } from './list-editors.tsx';
import { SuggestedText } from './suggested-text.tsx';

export interface SchemaFieldProps {
  readonly field: ServerField;
  readonly value: DraftValue;
  readonly error: string | undefined;
  /** What is wrong with the entries of a list. */
  readonly errors: Readonly<Record<number, string>> | undefined;
  readonly onChange: (key: ServerConfigKey, value: DraftValue) => void;
}

/** Choices that fit side by side; more become a list. */
const MOST_SEGMENTS = 4;

/** One option of a server with its help. It is drawn again when it changes, not with every key typed elsewhere in the form. */
export const SchemaField = memo(function SchemaField(props: SchemaFieldProps): ReactNode {
  const { field, value, error } = props;
  return (
    <Field label={field.label} hint={hintOf(field, value)} error={error}>
      {(ids) => <Control {...props} ids={ids} />}
    </Field>
  );
});

function Control(props: SchemaFieldProps & { readonly ids: ControlIds }): ReactNode {
  const { field, value, errors, ids } = props;
  const onChange = (next: DraftValue): void => {
    props.onChange(field.key, next);
  };
  if (field.suggestions !== undefined)
    return <SuggestedText field={field} ids={ids} value={String(value)} onChange={onChange} />;
  switch (field.kind) {
    case 'boolean':
      return (
        <>
          <Switch {...ids} isOn={value === true} onChange={onChange} />
          <span className="mid fnote">{field.description}</span>
        </>
      );
    case 'choice': {
      const options = field.choices.map((choice) => ({ value: choice, label: choiceLabel(choice) }));
      const Chooser = options.length > MOST_SEGMENTS ? Select : Segments;
      return (
        <Chooser
          {...ids}
          aria-labelledby={`${ids.id}-label`}
          value={String(value)}
          options={options}
          onChange={onChange}
        />
      );
    }
    case 'number':
      return (
        <span className="fnum">
          <TextInput {...ids} value={String(value)} onChange={onChange} />
        </span>
      );
    case 'text':
      return (
        <TextInput
          {...ids}
          isMono={field.placeholder?.includes('FILE') === true}
          placeholder={field.placeholder}
          value={String(value)}
          onChange={onChange}
        />
      );
    case 'list':
      return (
        <div id={ids.id} role="group" aria-labelledby={`${ids.id}-label`} className="grow">
          <ListEditor
            field={field}
            label={field.label}
            entries={typeof value === 'object' ? value : []}
            errors={errors}
            onChange={onChange}
          />
        </div>
      );
  }
}

/** What the field means; and the default, once it is something else. */
function hintOf(field: ServerField, value: DraftValue): ReactNode {
  const { kind, description } = field;
  if (field.key === 'mode' && typeof value === 'string' && isMode(value))
    return `${MODE_PURPOSES[value].purpose}.`;
  // Rows say what they are; what is written for a file would only be in the way.
  if (hasRowsOfItsOwn(field)) return undefined;
  const usual = defaultText(field);
  const isDefault = String(value) === String(defaultOf(field));
  const note = isDefault || usual === '' ? '' : `Default: ${usual}.`;
  if (kind === 'boolean') return note === '' ? undefined : note;
  return `${plainText(description)} ${note}`.trim();
}

/** Descriptions mark what is typed as it is with backquotes, for the reference page. */
const plainText = (text: string): string => text.replaceAll('`', '');

function defaultText(field: ServerField): string {
  const usual = defaultOf(field);
  if (field.kind === 'boolean') return usual === true ? 'on' : 'off';
  if (typeof usual === 'object') return usual.join(', ');
  const isChoice = field.kind === 'choice' || field.suggestions?.includes(String(usual)) === true;
  return isChoice ? choiceLabel(String(usual)) : String(usual);
}
