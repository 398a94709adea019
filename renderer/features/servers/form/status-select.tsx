import type { ReactNode } from 'react';
import { type Option, Select } from '../../../ui/field.tsx';
import { STATUS_REASONS, statusClass } from '../../wire/index.ts';

const option = (status: string, reason: string): Option<string> => ({
  value: status,
  label: reason,
  lead: <b className={`code ${statusClass(Number(status))}`}>{status}</b>,
});

const KNOWN = Object.entries(STATUS_REASONS).map(([status, reason]) => option(status, reason));

export interface StatusSelectProps {
  readonly label: string;
  /** Empty: none. */
  readonly status: string;
  /** Words for no status; without them one has to be chosen. */
  readonly none?: string;
  /** The lowest there is to choose. */
  readonly least?: number;
  readonly isDisabled?: boolean;
  readonly onChange: (status: string) => void;
}

const NONE = 'none';

/** A final response, by code and usual reason. */
export function StatusSelect(props: StatusSelectProps): ReactNode {
  const { label, status, none, least = 200, isDisabled = false, onChange } = props;
  const known = KNOWN.filter((o) => Number(o.value) >= least);
  const others = status === '' || known.some((o) => o.value === status) ? [] : [option(status, '')];
  const first = none === undefined ? [] : [{ value: NONE, label: none }];
  return (
    <Select
      aria-label={label}
      value={status === '' ? NONE : status}
      options={[...first, ...others, ...known]}
      isDisabled={isDisabled}
      onChange={(next) => {
        onChange(next === NONE ? '' : next);
      }}
    />
  );
}
