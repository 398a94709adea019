import type { ReactNode } from 'react';
import { Select, TextInput } from '../../../ui/field.tsx';

export interface AmountControlProps {
  /** `always`, `3` or `50%`. */
  readonly amount: string;
  readonly isDisabled?: boolean;
  readonly onChange: (amount: string) => void;
}

type Kind = 'always' | 'next' | 'share';

const KINDS = [
  { value: 'always', label: 'always' },
  { value: 'next', label: 'next' },
  { value: 'share', label: 'share' },
] as const;

const kindOf = (amount: string): Kind =>
  amount === 'always' ? 'always' : amount.endsWith('%') ? 'share' : 'next';

/** What each kind begins with. */
const FIRST: Readonly<Record<Kind, string>> = { always: 'always', next: '1', share: '50%' };

/** How often something on purpose happens: always, the next so many times, or to a share. */
export function AmountControl({ amount, isDisabled = false, onChange }: AmountControlProps): ReactNode {
  const kind = kindOf(amount);
  return (
    <span className="amount">
      <Select
        aria-label="How often"
        value={kind}
        options={KINDS}
        isDisabled={isDisabled}
        onChange={(next) => {
          if (next !== kind) onChange(FIRST[next]);
        }}
      />
      {kind !== 'always' && (
        <TextInput
          aria-label={kind === 'next' ? 'How many times' : 'Per cent'}
          inputMode="numeric"
          value={amount.replace(/%$/, '')}
          unit={kind === 'share' ? '%' : undefined}
          disabled={isDisabled}
          onChange={(figure) => {
            onChange(kind === 'share' ? `${figure}%` : figure);
          }}
        />
      )}
    </span>
  );
}
