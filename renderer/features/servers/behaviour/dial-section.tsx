import { type ReactNode, useState } from 'react';
import { useStore } from 'zustand';
import type { Dials } from '../../../../app/contract/dials.ts';
import type { ServerField } from '../../../../app/contract/server-fields.ts';
import { Spinner } from '../../../ui/button.tsx';
import { Field } from '../../../ui/field.tsx';
import { choiceLabel } from '../form/choice-label.ts';
import { More } from '../form/more.tsx';
import { defaultOf, type DraftValue, type ServerDraft, timeRule } from '../server-draft.ts';
import { DialControl } from './dial-control.tsx';
import { type DialGroup, differing } from './dial-differences.ts';
import type { DialsStore, DialValue } from './dials-store.ts';

export interface DialSectionProps {
  readonly store: DialsStore;
  readonly dials: Dials;
  readonly draft: ServerDraft;
  readonly group: DialGroup;
}

/** The dials of one group, the usual ones first. */
export function DialSection({ store, dials, draft, group }: DialSectionProps): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const turned = differing(dials, draft);
  const usual = group.fields.filter((f) => f.isRare !== true || turned.includes(f));
  const rare = group.fields.filter((f) => !usual.includes(f));
  const rows = (fields: readonly ServerField[]): ReactNode =>
    fields.map((field) => (
      <Dial
        key={field.key}
        store={store}
        field={field}
        value={dials.values[field.key] ?? ''}
        configured={turned.includes(field) ? (draft.values[field.key] ?? defaultOf(field)) : undefined}
      />
    ));
  return (
    <section aria-label={group.title}>
      <h3 className="sect">{group.title}</h3>
      {rows(usual)}
      {rare.length > 0 && (
        <More
          names={rare.map((f) => f.label).join(', ')}
          isOpen={isOpen}
          onToggle={() => {
            setOpen(!isOpen);
          }}
        >
          {() => rows(rare)}
        </More>
      )}
    </section>
  );
}

interface DialProps {
  readonly store: DialsStore;
  readonly field: ServerField;
  /** In force. */
  readonly value: DialValue;
  /** What the settings say, when that is something else. */
  readonly configured: DraftValue | undefined;
}

function Dial({ store, field, value, configured }: DialProps): ReactNode {
  const pending = useStore(store, (s) => s.pending[field.key]);
  const refused = useStore(store, (s) => s.refused[field.key]);
  const { turn } = store.getState();
  const error =
    refused === undefined
      ? undefined
      : `${timeRule(field) ?? sentence(refused, field.key)} ${wordsOf(field, value)} is in force.`;
  const hint =
    configured === undefined ? (
      field.kind === 'boolean' ? undefined : (
        field.description
      )
    ) : (
      <>
        <i className="dot attention" /> Turned: the settings say {wordsOf(field, configured)}.
      </>
    );
  return (
    <Field label={field.label} hint={hint} error={error}>
      {(ids) => (
        <>
          <DialControl
            field={field}
            ids={ids}
            value={pending ?? value}
            onChange={(next) => void turn({ [field.key]: next })}
          />
          {pending !== undefined && <Spinner />}
        </>
      )}
    </Field>
  );
}

/** `ringMs: expected ...` without the name of the option, which stands beside it. */
function sentence(text: string, key: string): string {
  const bare = text.replace(`${key}: `, '').replace(/\.?$/, '.');
  return bare.charAt(0).toUpperCase() + bare.slice(1);
}

function wordsOf(field: ServerField, value: DialValue | DraftValue): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  const text = typeof value === 'number' ? String(toDraftText(field, value)) : String(value);
  return field.kind === 'choice' ? choiceLabel(text) : text;
}

const toDraftText = (field: ServerField, value: number): DraftValue =>
  defaultOf({ ...field, default: value });
