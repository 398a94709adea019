import type { ReactNode } from 'react';
import { CORRUPTIONS, FAULT_KINDS } from '../../../../app/contract/server-config/behaviour.ts';
import { type Option, Select, TextInput } from '../../../ui/field.tsx';
import { AmountControl } from './amount-control.tsx';
import { readDuration } from '../../../../app/contract/duration.ts';
import type { EntryProps } from './entry-list.tsx';
import { REQUEST_METHODS } from './override-row.tsx';
import { type FaultParts, joinFault, splitFault } from './spec-parts.ts';

export const FRESH_FAULT = 'drop:out/response:2';

const KIND_LABELS: Readonly<Record<(typeof FAULT_KINDS)[number], string>> = {
  drop: 'Drop',
  delay: 'Delay',
  duplicate: 'Duplicate',
  corrupt: 'Corrupt',
};
const KINDS: readonly Option<string>[] = FAULT_KINDS.map((value) => ({ value, label: KIND_LABELS[value] }));
const DIRECTIONS: readonly Option<string>[] = [
  { value: 'in', label: 'received' },
  { value: 'out', label: 'sent' },
];
/** What a fault is for; a list shows no empty value. */
const ALL = 'all';
const ONLY: readonly Option<string>[] = [
  { value: ALL, label: 'all messages' },
  { value: 'request', label: 'requests' },
  { value: 'response', label: 'responses' },
  ...['1xx', '2xx', '3xx', '4xx', '5xx', '6xx'].map((status) => ({
    value: status,
    label: `${status} responses`,
  })),
  ...[...REQUEST_METHODS, 'ACK', 'CANCEL'].map((method) => ({ value: method, label: method })),
];
const CORRUPTION_LABELS: Readonly<Record<(typeof CORRUPTIONS)[number], string>> = {
  'content-length': 'Content-Length',
  branch: 'Branch',
  'start-line': 'Start line',
  'call-id': 'Call-ID',
  octet: 'Any octet',
};
const DAMAGES: readonly Option<string>[] = CORRUPTIONS.map((value) => ({
  value,
  label: CORRUPTION_LABELS[value],
}));

/** What each kind begins with. */
const DETAILS: Readonly<Record<string, string>> = { delay: '500ms', corrupt: 'content-length' };

/** Kind, direction, which messages, how often, and what the kind wants to know besides. */
export function FaultRow({ entry, isBad, helpId, onChange }: EntryProps): ReactNode {
  const parts = splitFault(entry);
  const set = (change: Partial<FaultParts>): void => {
    onChange(joinFault({ ...parts, ...change }));
  };
  const only = parts.only === '' ? ALL : parts.only;
  const isKnown = ONLY.some((o) => o.value === only);
  return (
    <div className="specline fault">
      <Select
        aria-label="Fault"
        value={parts.kind}
        options={KINDS}
        onChange={(kind) => {
          set({ kind, detail: DETAILS[kind] ?? '' });
        }}
      />
      <Select
        aria-label="Direction"
        value={parts.direction}
        options={DIRECTIONS}
        onChange={(direction) => {
          set({ direction });
        }}
      />
      <Select
        aria-label="Messages"
        value={only}
        options={isKnown ? ONLY : [{ value: only, label: only }, ...ONLY]}
        onChange={(next) => {
          set({ only: next === ALL ? '' : next });
        }}
      />
      <AmountControl
        amount={parts.amount}
        onChange={(amount) => {
          set({ amount });
        }}
      />
      {parts.kind === 'corrupt' && (
        <Select
          aria-label="What is wrong"
          value={parts.detail === '' ? 'octet' : parts.detail}
          options={DAMAGES}
          onChange={(detail) => {
            set({ detail });
          }}
        />
      )}
      {parts.kind === 'delay' && (
        <TextInput
          aria-label="By how long"
          aria-describedby={helpId}
          aria-invalid={isBad || undefined}
          value={parts.detail.replace(/ms$/, ' ms')}
          onChange={(text) => {
            const delayMs = readDuration(text, 'ms');
            set({ detail: text.endsWith('ms') && Number.isInteger(delayMs) ? `${delayMs}ms` : text });
          }}
        />
      )}
    </div>
  );
}
