import { type ReactNode, useState } from 'react';
import { IconButton } from '../../../ui/button.tsx';
import { Select, TextInput } from '../../../ui/field.tsx';
import { STATUS_REASONS } from '../../wire/index.ts';
import { AmountControl } from './amount-control.tsx';
import type { EntryProps } from './entry-list.tsx';
import { joinOverride, type OverrideParts, splitOverride } from './spec-parts.ts';
import { StatusSelect } from './status-select.tsx';

export const FRESH_OVERRIDE = 'INVITE=486*1';

/** What servers are asked for. */
export const REQUEST_METHODS = [
  'INVITE',
  'BYE',
  'REGISTER',
  'OPTIONS',
  'SUBSCRIBE',
  'PUBLISH',
  'MESSAGE',
  'REFER',
  'INFO',
  'UPDATE',
  'PRACK',
  'NOTIFY',
] as const;

const EVERY = { value: '*', label: 'Every method' };
const METHODS = [...REQUEST_METHODS.map((m) => ({ value: m, label: m })), EVERY];

/** Method, response and how often; reason and headers once they are asked for. */
export function OverrideRow({ entry, isBad, helpId, onChange }: EntryProps): ReactNode {
  const parts = splitOverride(entry);
  const [isOpen, setOpen] = useState(parts.reason !== '' || parts.headers !== '');
  const set = (change: Partial<OverrideParts>): void => {
    onChange(joinOverride({ ...parts, ...change }));
  };
  const known = METHODS.some((m) => m.value === parts.method);
  return (
    <div className="spec">
      <div className="specline override">
        <Select
          aria-label="Method"
          value={parts.method}
          options={known ? METHODS : [{ value: parts.method, label: parts.method }, ...METHODS]}
          onChange={(method) => {
            set({ method });
          }}
        />
        <StatusSelect
          label="Response"
          status={parts.status}
          onChange={(status) => {
            set({ status });
          }}
        />
        <AmountControl
          amount={parts.amount}
          onChange={(amount) => {
            set({ amount });
          }}
        />
        <IconButton
          icon="edit"
          size="s"
          label="Add a header or a reason"
          isOn={isOpen}
          onClick={() => {
            setOpen(!isOpen);
          }}
        />
      </div>
      {(isOpen || isBad) && (
        <div className="specline details">
          <TextInput
            aria-label="Reason"
            aria-describedby={helpId}
            value={parts.reason}
            placeholder={STATUS_REASONS[Number(parts.status)] ?? 'Reason'}
            onChange={(reason) => {
              set({ reason });
            }}
          />
          <TextInput
            aria-label="Headers"
            aria-describedby={helpId}
            isMono
            value={parts.headers}
            placeholder="Retry-After: 60; X-Note: on purpose"
            onChange={(headers) => {
              set({ headers });
            }}
          />
        </div>
      )}
    </div>
  );
}
