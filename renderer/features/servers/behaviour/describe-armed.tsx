import type { ReactNode } from 'react';
import { methodClass, STATUS_REASONS, statusClass } from '../../wire/index.ts';
import { splitFault, splitOverride } from '../form/spec-parts.ts';

function amountText(amount: string): string {
  if (amount === 'always') return 'always';
  return amount.endsWith('%') ? `${amount.slice(0, -1)} % of them` : `next ${amount}`;
}

export function describeOverride(spec: string): ReactNode {
  const { method, status, reason, amount, headers } = splitOverride(spec);
  return (
    <>
      {method === '*' ? 'Every method' : <b className={`mname ${methodClass(method)}`}>{method}</b>} gets{' '}
      <b className={`code ${statusClass(Number(status))}`}>{status}</b>{' '}
      <bdi>{reason === '' ? (STATUS_REASONS[Number(status)] ?? '') : reason}</bdi>
      <span className="dim">
        , {amountText(amount)}
        {headers === '' ? '' : `, ${headers}`}
      </span>
    </>
  );
}

const VERBS: Readonly<Record<string, string>> = {
  drop: 'Drop',
  delay: 'Delay',
  duplicate: 'Duplicate',
  corrupt: 'Corrupt',
};

const messagesOf = (only: string): string => {
  if (only === '') return 'messages';
  return only === 'request' || only === 'response' ? `${only}s` : only;
};

export function describeFault(spec: string): ReactNode {
  const { kind, direction, only, amount, detail } = splitFault(spec);
  return (
    <>
      {VERBS[kind] ?? kind} {messagesOf(only)} {direction === 'in' ? 'received' : 'sent'}
      {kind === 'delay' && ` by ${detail.replace(/ms$/, ' ms')}`}
      {kind === 'corrupt' && `: wrong ${detail === '' ? 'octet' : detail}`}
      <span className="dim">, {amountText(amount)}</span>
    </>
  );
}
