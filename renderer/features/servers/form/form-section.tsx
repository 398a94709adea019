import { type ReactNode, useState } from 'react';
import { defaultOf, type FormGroup } from '../server-draft.ts';
import type { CheckedDraft, ServerDraft } from '../server-draft.ts';
import { More } from './more.tsx';
import { SchemaField, type SchemaFieldProps } from './schema-field.tsx';

export interface FormSectionProps {
  readonly group: FormGroup;
  readonly draft: ServerDraft;
  readonly checked: CheckedDraft;
  /** Shown first, such as the table of listeners. */
  readonly children?: ReactNode;
  /** Whether the rare part is of use now: open until a person closes it. */
  readonly isOpen?: boolean;
  readonly onChange: SchemaFieldProps['onChange'];
}

/** The usual options of a group, and the rest behind a button that says what waits there. */
export function FormSection(props: FormSectionProps): ReactNode {
  const { group, draft, checked, children, isOpen: isWanted = false } = props;
  const { group: title, usual, rare } = group;
  const [isAsked, setAsked] = useState<boolean>();
  const isWrong = rare.some(({ key }) => key in checked.fields || key in checked.entries);
  const isOpen = (isAsked ?? isWanted) || isWrong;
  const changed = rare.filter((f) => String(draft.values[f.key] ?? '') !== String(defaultOf(f)));
  const isWhole = usual.length === 0 && children === undefined;
  const names = (changed.length > 0 ? changed : rare).map((f) => f.label).join(', ');
  const fields = (list: FormGroup['usual']): ReactNode =>
    list.map((field) => (
      <SchemaField
        key={field.key}
        field={field}
        value={draft.values[field.key] ?? defaultOf(field)}
        error={checked.fields[field.key]}
        errors={checked.entries[field.key]}
        onChange={props.onChange}
      />
    ));
  return (
    <section aria-label={title} className={isWhole ? 'fgroup whole' : 'fgroup'}>
      {!isWhole && children === undefined && <h3 className="sect">{title}</h3>}
      {children}
      {fields(usual)}
      {rare.length > 0 && (
        <More
          title={isWhole ? title : undefined}
          names={changed.length > 0 ? `changed: ${names}` : names}
          isOpen={isOpen}
          isHeld={isWrong}
          onToggle={() => {
            setAsked(!isOpen);
          }}
        >
          {() => fields(rare)}
        </More>
      )}
    </section>
  );
}
