import type { ReactNode } from 'react';
import { LIMIT_DEFAULTS } from '../../../../app/contract/server-config/limits.ts';
import type { ServerField } from '../../../../app/contract/server-fields.ts';
import { CheckBox } from '../../../ui/check-box.tsx';
import { Select, TextInput } from '../../../ui/field.tsx';
import { formatCount } from '../../wire/index.ts';
import { EntryList, type ListEditorProps } from './entry-list.tsx';
import { FaultRow, FRESH_FAULT } from './fault-row.tsx';
import { FRESH_OVERRIDE, OverrideRow } from './override-row.tsx';
import { joinLimit, splitLimit } from './spec-parts.ts';

/** Rows of plain text: domains, addresses. */
function TextRows({ field, ...list }: ListEditorProps & { readonly field: ServerField }): ReactNode {
  return (
    <EntryList {...list} addLabel="Add" fresh={() => ''}>
      {({ entry, position, isBad, helpId, onChange }) => (
        <TextInput
          aria-label={`${list.label} ${position}`}
          aria-describedby={helpId}
          aria-invalid={isBad || undefined}
          value={entry}
          placeholder={field.placeholder}
          onChange={onChange}
        />
      )}
    </EntryList>
  );
}

/** A choice of several, offered in the order of the schema. */
function CheckList({ field, ...list }: ListEditorProps & { readonly field: ServerField }): ReactNode {
  return (
    <span className="checks">
      {field.choices.map((choice) => (
        <CheckBox
          key={choice}
          isOn={list.entries.includes(choice)}
          onChange={(isOn) => {
            list.onChange(field.choices.filter((c) => (c === choice ? isOn : list.entries.includes(c))));
          }}
        >
          {choice}
        </CheckBox>
      ))}
    </span>
  );
}

const LIMITS = Object.keys(LIMIT_DEFAULTS);
const limitTitle = (name: string): string => {
  const words = name.replaceAll('-', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};
const usualLimit = (name: string): number | undefined =>
  Object.entries(LIMIT_DEFAULTS).find(([known]) => known === name)?.[1];

/** Name, number, and what it is without. */
function LimitRows(list: ListEditorProps): ReactNode {
  const taken = new Set(list.entries.map((e) => splitLimit(e).name));
  const fresh = (): string => {
    const name = LIMITS.find((n) => !taken.has(n)) ?? LIMITS[0] ?? '';
    return joinLimit({ name, value: String(usualLimit(name) ?? '') });
  };
  return (
    <EntryList {...list} addLabel="Add a limit" fresh={fresh}>
      {({ entry, isBad, helpId, onChange }) => {
        const { name, value } = splitLimit(entry);
        const usual = usualLimit(name);
        return (
          <span className="limit">
            <Select
              aria-label="Limit"
              value={name}
              options={LIMITS.filter((n) => n === name || !taken.has(n)).map((n) => ({
                value: n,
                label: limitTitle(n),
              }))}
              onChange={(next) => {
                onChange(joinLimit({ name: next, value: String(usualLimit(next) ?? '') }));
              }}
            />
            <TextInput
              aria-label="Number"
              aria-describedby={helpId}
              aria-invalid={isBad || undefined}
              inputMode="numeric"
              value={value}
              onChange={(next) => {
                onChange(joinLimit({ name, value: next }));
              }}
            />
            <span className="dim meta nw">{usual === undefined ? '' : `default ${formatCount(usual)}`}</span>
          </span>
        );
      }}
    </EntryList>
  );
}

/** The lists that are more than texts, by field. */
const EDITORS: Readonly<Record<string, (list: ListEditorProps) => ReactNode>> = {
  limit: LimitRows,
  override: (list) => (
    <EntryList {...list} addLabel="Add an override" fresh={() => FRESH_OVERRIDE}>
      {(entry) => <OverrideRow {...entry} />}
    </EntryList>
  ),
  fault: (list) => (
    <EntryList {...list} addLabel="Add a fault" fresh={() => FRESH_FAULT}>
      {(entry) => <FaultRow {...entry} />}
    </EntryList>
  ),
};

export const hasRowsOfItsOwn = (field: ServerField): boolean => field.key in EDITORS;

/** The editor of a list: its own, check boxes where there is a choice, or rows of text. */
export function ListEditor({ field, ...list }: ListEditorProps & { readonly field: ServerField }): ReactNode {
  const Editor = EDITORS[field.key];
  if (Editor !== undefined) return <Editor {...list} />;
  return field.choices.length > 0 ? (
    <CheckList field={field} {...list} />
  ) : (
    <TextRows field={field} {...list} />
  );
}
