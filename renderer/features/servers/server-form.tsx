import type { ReactNode } from 'react';
import { MODE_PURPOSES, type ServerConfigKey, type ServerMode } from '../../../app/contract/server-config.ts';
import type { ServerField } from '../../../app/contract/server-fields.ts';
import type { Listener } from '../../../app/contract/servers.ts';
import { type ControlIds, Field, Segments, Select, Switch, TextInput } from '../../ui/field.tsx';
import { ListenerTable } from './listener-table.tsx';
import { checkDraft, formGroups, type ServerDraft, setValue } from './server-draft.ts';

export interface ServerFormProps {
  readonly draft: ServerDraft;
  /** The listener that could not be bound: its row is marked. */
  readonly blocked: { readonly listener: Listener; readonly message: string } | undefined;
  readonly onChange: (draft: ServerDraft) => void;
}

/** Choices that fit side by side; more become a list. */
const MOST_SEGMENTS = 4;

/** Every option of a server, made from its schema: a new option needs no line here. */
export function ServerForm({ draft, blocked, onChange }: ServerFormProps): ReactNode {
  const mode = String(draft.values.mode);
  const checked = checkDraft(draft);
  const set = (key: ServerConfigKey, value: string | boolean): void => {
    onChange(setValue(draft, key, value));
  };
  return (
    <form
      className="sform"
      onSubmit={(event) => {
        event.preventDefault();
      }}
    >
      {formGroups(mode).map(({ group, fields }) =>
        fields.every((f) => f.kind === 'list') ? (
          <ListenerTable key={group} title={group} {...{ draft, checked, blocked, onChange }} />
        ) : (
          <section key={group} aria-label={group}>
            <h3 className="sect">{group}</h3>
            {fields.map((field) => (
              <SchemaField
                key={field.key}
                field={field}
                value={draft.values[field.key] ?? ''}
                error={checked.fields[field.key]}
                onChange={(value) => {
                  set(field.key, value);
                }}
              />
            ))}
          </section>
        ),
      )}
    </form>
  );
}

interface SchemaFieldProps {
  readonly field: ServerField;
  readonly value: string | boolean;
  readonly error: string | undefined;
  readonly onChange: (value: string | boolean) => void;
}

function SchemaField({ field, value, error, onChange }: SchemaFieldProps): ReactNode {
  return (
    <Field label={field.label} hint={hintOf(field, value)} error={error}>
      {(ids) => <Control {...{ field, value, ids, onChange }} />}
    </Field>
  );
}

function Control(props: Omit<SchemaFieldProps, 'error'> & { readonly ids: ControlIds }): ReactNode {
  const { field, value, ids, onChange } = props;
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
          <TextInput
            {...ids}
            inputMode="numeric"
            unit={field.unit}
            value={String(value)}
            onChange={onChange}
          />
        </span>
      );
    case 'text':
    case 'list':
      return <TextInput {...ids} placeholder={field.placeholder} value={String(value)} onChange={onChange} />;
  }
}

const isMode = (choice: string): choice is ServerMode => choice in MODE_PURPOSES;

/** `audio-only` is written Audio only. */
function choiceLabel(choice: string): string {
  if (isMode(choice)) return MODE_PURPOSES[choice].title;
  const words = choice.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What the field means; and the default, once it is something else. */
function hintOf(field: ServerField, value: string | boolean): ReactNode {
  const { kind, unit, description } = field;
  const usual = field.default;
  const isDefault = String(value) === String(usual);
  const shown =
    kind === 'boolean'
      ? usual === true
        ? 'on'
        : 'off'
      : kind === 'choice'
        ? choiceLabel(String(usual))
        : String(usual);
  const note = isDefault || shown === '' ? '' : ` Default: ${shown}${unit === undefined ? '' : ` ${unit}`}.`;
  if (field.key === 'mode' && typeof value === 'string' && isMode(value))
    return `${MODE_PURPOSES[value].purpose}.`;
  if (kind === 'boolean') return note === '' ? undefined : note.trim();
  return `${description}${note}`;
}
