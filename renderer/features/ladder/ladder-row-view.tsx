import { memo, type ReactNode } from 'react';
import { classNames } from '../../ui/class-names.ts';
import { Icon } from '../../ui/icon.tsx';
import { formatDay, formatGap, visibleString } from '../wire/index.ts';
import { LOOP_WIDTH } from './ladder-drawing.tsx';
import type { LadderLabel } from './ladder-label.ts';
import type { LadderLayout, PlacedRow } from './ladder-layout.ts';
import type { GapRow, DayRow, MessageRow } from './ladder-rows.ts';

export interface RowViewProps {
  readonly id: string;
  readonly row: MessageRow;
  readonly placed: PlacedRow;
  readonly layout: LadderLayout;
  readonly label: LadderLabel;
  readonly tone: string;
  readonly time: string;
  readonly description: string;
  readonly total: number;
  readonly isSelected: boolean;
  readonly isMarked: boolean;
  readonly onSelect: (id: number) => void;
  readonly onOpen: (id: number) => void;
  readonly onToggleFold: (id: number) => void;
}

/** Number, time, the words on the arrow, and the marks at the right; the arrow itself is drawn below. */
export const LadderRowView = memo(function LadderRowView(props: RowViewProps): ReactNode {
  const { row, placed, label, layout } = props;
  const { message } = row;
  const id = message.id;
  return (
    <div
      id={props.id}
      role="option"
      aria-selected={props.isSelected}
      aria-posinset={row.number}
      aria-setsize={props.total}
      className={classNames('lr', props.isSelected && 'sel', props.isMarked && 'mark')}
      style={{ top: placed.y, height: placed.height }}
      onClick={() => {
        props.onSelect(id);
      }}
      onDoubleClick={() => {
        props.onOpen(id);
      }}
    >
      <span className="sr">{props.description}</span>
      <span className="g" aria-hidden="true">
        <span className="n">{row.number}</span>
        <span className="t">{props.time}</span>
      </span>
      <span className={classNames('lb', props.tone)} style={labelBox(row, layout)} aria-hidden="true">
        <span>
          {label.icon !== undefined && <Icon name={label.icon} size="xs" className="tc" />}
          <b>{visibleString(label.strong)}</b>
          {label.rest !== '' && <bdi className="rs">{visibleString(label.rest)}</bdi>}
          {label.badge !== undefined && <span className="sdp">{visibleString(label.badge)}</span>}
          {row.retransmissions > 0 && (
            <span
              className="rt"
              onClick={(event) => {
                event.stopPropagation();
                props.onToggleFold(id);
              }}
            >
              ×{row.retransmissions + 1}
            </span>
          )}
        </span>
      </span>
      <span className="gr" aria-hidden="true">
        {message.findings > 0 && (
          <span className={message.worst === 'error' ? 'err' : 'warn'}>
            <Icon name={message.worst === 'error' ? 'error' : 'warning'} size="s" />
          </span>
        )}
        {props.isMarked && <span className="mk">A</span>}
      </span>
    </div>
  );
});

/** The room between the two lanes; beside the loop for a message to oneself. */
function labelBox(row: MessageRow, layout: LadderLayout): { left: number; width: number } {
  const x1 = layout.lanes[row.from]?.x ?? 0;
  const x2 = layout.lanes[row.to]?.x ?? 0;
  if (row.from === row.to) {
    const left = x1 + LOOP_WIDTH + 10;
    return { left, width: Math.max(80, Math.min(220, layout.width - left - 40)) };
  }
  return { left: Math.min(x1, x2) + 7, width: Math.abs(x2 - x1) - 14 };
}

/** A pause, or a new day: the timeline is torn there. */
export function BreakView(props: { readonly row: GapRow | DayRow; readonly placed: PlacedRow }): ReactNode {
  const text = props.row.kind === 'gap' ? formatGap(props.row.durationMs) : formatDay(props.row.atMs);
  return (
    <div className="lr gap" role="presentation" style={{ top: props.placed.y, height: props.placed.height }}>
      <span className="gl">{text}</span>
    </div>
  );
}
