import { type ReactNode, useState } from 'react';
import type { Decision } from '../../../app/contract/operator.ts';
import { Button } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Tag } from '../../ui/tag.tsx';
import { formatDuration, methodClass, visibleString } from '../wire/index.ts';
import { KINDS, senderOf } from './item-words.ts';
import type { Waiting } from './operator-store.ts';
import { TargetForm } from './target-form.tsx';

export interface CallStripProps {
  readonly item: Waiting;
  readonly nowMs: number;
  readonly isBusy: boolean;
  readonly refused: string | undefined;
  readonly onDecide: (decision: Decision) => void;
}

/** A call that lives: who, for how long, and what can be done with it. */
export function CallStrip({ item, nowMs, isBusy, refused, onDecide }: CallStripProps): ReactNode {
  const [isAsking, setAsking] = useState(false);
  const can = new Set<string>(item.choices);
  const since = item.sent.at(-1)?.atMs ?? item.arrivedAtMs;
  const sender = visibleString(senderOf(item));
  const isHeld = item.state === 'held';
  return (
    <article
      className={`float opcard strip ${methodClass(item.method)}`}
      aria-label={`Call with ${sender}, ${isHeld ? 'on hold' : 'answered'}`}
    >
      <div className="opstrip">
        <Icon name={KINDS[item.kind].icon} />
        <span className="semi el grow">
          <bdi>{sender}</bdi>
        </span>
        {isHeld ? (
          <Tag tone="info" icon="pause">
            On hold
          </Tag>
        ) : (
          <span className="dim nw">
            {formatDuration(Math.max(0, Math.floor((nowMs - since) / 1000)) * 1000)}
          </span>
        )}
        {can.has('hold') && (
          <Button
            size="s"
            disabled={isBusy}
            onClick={() => {
              onDecide({ kind: 'hold' });
            }}
          >
            Hold
          </Button>
        )}
        {can.has('resume') && (
          <Button
            size="s"
            disabled={isBusy}
            onClick={() => {
              onDecide({ kind: 'resume' });
            }}
          >
            Resume
          </Button>
        )}
        {can.has('transfer') && (
          <Button
            size="s"
            disabled={isBusy}
            aria-expanded={isAsking}
            onClick={() => {
              setAsking(!isAsking);
            }}
          >
            Transfer…
          </Button>
        )}
        {can.has('hang-up') && (
          <Button
            size="s"
            kind="danger"
            disabled={isBusy}
            onClick={() => {
              onDecide({ kind: 'hang-up' });
            }}
          >
            Hang up
          </Button>
        )}
      </div>
      {isAsking && (
        <div className="opask">
          <TargetForm
            label="Transfer to"
            action="Transfer"
            onCancel={() => {
              setAsking(false);
            }}
            onSubmit={(target) => {
              setAsking(false);
              onDecide({ kind: 'transfer', target });
            }}
          />
        </div>
      )}
      {refused !== undefined && (
        <p className="hp bad opask" role="alert">
          {refused}
        </p>
      )}
    </article>
  );
}
