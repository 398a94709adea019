import type { ReactNode } from 'react';
import type { RunStep } from '../../../app/contract/scenario-run.ts';
import type { OutlineStep } from '../../../app/contract/scenarios.ts';
import { classNames } from '../../ui/class-names.ts';
import { Icon } from '../../ui/icon.tsx';
import { formatDuration, visibleString } from '../wire/index.ts';
import type { CardDrag } from './use-step-drag.ts';
import { STATE_ICONS, type StepState, wordsOf } from './step-words.ts';

export interface StepCardProps {
  readonly id: string;
  readonly step: OutlineStep;
  readonly number: number;
  readonly total: number;
  readonly state: StepState | undefined;
  readonly result: RunStep | undefined;
  readonly isSelected: boolean;
  readonly hasError: boolean;
  readonly drag: CardDrag;
  readonly onSelect: () => void;
  readonly onEdit: () => void;
}

/** One line a step; what failed says below what was expected, what came, and what to do. */
export function StepCard(props: StepCardProps): ReactNode {
  const { step, state, result, drag } = props;
  const words = wordsOf(step);
  const look = state === undefined ? undefined : STATE_ICONS[state];
  const when = result === undefined ? '' : formatDuration(result.atMs);
  return (
    <div
      id={props.id}
      role="option"
      aria-selected={props.isSelected}
      aria-posinset={props.number}
      aria-setsize={props.total}
      className={classNames(
        'scstep',
        props.isSelected && 'sel',
        state === 'open' && 'ghost',
        drag.isDragged && 'dragged',
        drag.drop !== undefined && `drop-${drag.drop}`,
      )}
      draggable
      onDragStart={drag.onDragStart}
      onDragOver={drag.onDragOver}
      onDrop={drag.onDrop}
      onDragEnd={drag.onDragEnd}
      onClick={props.onSelect}
      onDoubleClick={props.onEdit}
    >
      <div className="line" style={{ paddingInlineStart: 6 + step.depth * 16 }}>
        <span className="n dim">{props.number}</span>
        {look === undefined ? (
          <span className="scgap s" />
        ) : (
          <Icon name={look.icon} size="s" className={look.tone} />
        )}
        <span className="k">{step.kind}</span>
        {words.strong !== '' && (
          <span className={classNames('mname', words.tone)}>{visibleString(words.strong)}</span>
        )}
        <bdi className="mid el grow">{visibleString(words.rest)}</bdi>
        {props.hasError && <Icon name="error" size="s" className="err" />}
        <span className="dim meta nw">
          {[step.dialog === 'main' ? '' : step.dialog, step.note, when].filter(Boolean).join(', ')}
        </span>
      </div>
      {look !== undefined && <span className="sr">{look.word}</span>}
      {result?.said !== undefined && <p className="said mid">{visibleString(result.said)}</p>}
      {result?.reason !== undefined && (
        <div className="scfail">
          <p>{visibleString(result.reason)}</p>
          {result.hint !== undefined && (
            <p className="row t">
              <Icon name="info" size="s" />
              <span>{visibleString(result.hint)}</span>
            </p>
          )}
        </div>
      )}
    </div>
  );
}
