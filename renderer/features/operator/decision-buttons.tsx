import { type ReactNode, useState } from 'react';
import type { Decision } from '../../../app/contract/operator.ts';
import { Button } from '../../ui/button.tsx';
import { Select, TextInput } from '../../ui/field.tsx';
import { STATUS_REASONS, statusClass } from '../wire/index.ts';
import { KINDS } from './item-words.ts';
import { statusOf } from './outcome.ts';
import type { Waiting } from './operator-store.ts';
import { TargetForm } from './target-form.tsx';

export interface DecisionButtonsProps {
  readonly item: Waiting;
  readonly isBusy: boolean;
  readonly onDecide: (decision: Decision) => void;
}

/** The answers that make sense now, code first; those that want to know more open below. */
export function DecisionButtons({ item, isBusy, onDecide }: DecisionButtonsProps): ReactNode {
  const [asking, setAsking] = useState<'redirect' | 'other'>();
  const { accept, rejections } = KINDS[item.kind];
  const can = new Set<string>(item.choices);
  const button = (decision: Decision, word: string, isFirst = false): ReactNode => {
    const status = statusOf(item, decision) ?? 200;
    return (
      <Button
        key={word}
        kind={isFirst ? 'primary' : 'secondary'}
        disabled={isBusy}
        onClick={() => {
          onDecide(decision);
        }}
      >
        <span className={isFirst ? 'code' : `code ${statusClass(status)}`}>{status}</span>
        {word}
      </Button>
    );
  };
  const ask = (what: 'redirect' | 'other') => (): void => {
    setAsking(asking === what ? undefined : what);
  };
  const cancel = (): void => {
    setAsking(undefined);
  };
  return (
    <>
      <div className="opbtns">
        {can.has('answer') && button({ kind: 'answer' }, accept, true)}
        {can.has('ring') && item.state === 'waiting' && button({ kind: 'ring' }, 'Ring')}
        {can.has('early') && button({ kind: 'early' }, 'Early media')}
        {can.has('redirect') && (
          <Button disabled={isBusy} aria-expanded={asking === 'redirect'} onClick={ask('redirect')}>
            <span className="code s3">302</span>Redirect…
          </Button>
        )}
        {can.has('reject') && rejections.map(([status, word]) => button({ kind: 'reject', status }, word))}
        {can.has('reject') && (
          <Button disabled={isBusy} aria-expanded={asking === 'other'} onClick={ask('other')}>
            Other…
          </Button>
        )}
      </div>
      {asking === 'redirect' && (
        <TargetForm
          label="Redirect to"
          action="Redirect"
          onCancel={cancel}
          onSubmit={(target) => {
            onDecide({ kind: 'redirect', status: 302, target });
          }}
        />
      )}
      {asking === 'other' && <OtherForm onDecide={onDecide} onCancel={cancel} />}
    </>
  );
}

const OTHERS = Object.entries(STATUS_REASONS)
  .filter(([status]) => Number(status) >= 400)
  .map(([status, label]) => ({
    value: status,
    label,
    lead: <b className={`code ${statusClass(Number(status))}`}>{status}</b>,
  }));

function OtherForm(props: {
  readonly onDecide: DecisionButtonsProps['onDecide'];
  readonly onCancel: () => void;
}): ReactNode {
  const [status, setStatus] = useState('480');
  const [reason, setReason] = useState('');
  return (
    <form
      className="opform other"
      onSubmit={(event) => {
        event.preventDefault();
        props.onDecide({
          kind: 'reject',
          status: Number(status),
          ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
        });
      }}
    >
      <Select aria-label="Response" value={status} options={OTHERS} onChange={setStatus} />
      <TextInput
        aria-label="Reason"
        value={reason}
        placeholder={STATUS_REASONS[Number(status)]}
        maxLength={200}
        onChange={setReason}
      />
      <Button kind="quiet" onClick={props.onCancel}>
        Cancel
      </Button>
      <button type="submit" className="btn">
        Reject
      </button>
    </form>
  );
}
