import type { ReactNode } from 'react';
import { classNames } from '../../ui/class-names.ts';
import { Icon } from '../../ui/icon.tsx';
import { FlowArrow } from '../ladder/index.ts';
import { formatSeconds, visibleString } from '../wire/index.ts';
import type { LadderRow } from './run-ladder.ts';
import { STATE_ICONS, toneOfLabel } from './step-words.ts';

export interface LadderRowViewProps {
  readonly row: LadderRow;
  readonly lanes: readonly string[];
  /** Of its step; 0 when it belongs to none. */
  readonly number: number;
  readonly isSelected: boolean;
  readonly onSelect: () => void;
}

/** One message: step, time, arrow, verdict. Places are fractions of the width, so nothing is measured. */
export function LadderRowView({ row, lanes, number, isSelected, onSelect }: LadderRowViewProps): ReactNode {
  const look = row.state === undefined ? undefined : STATE_ICONS[row.state];
  return (
    <div
      id={`scenario-arrow-${row.key}`}
      role="option"
      aria-selected={isSelected}
      className={classNames('scrow', isSelected && 'chosen', row.isGhost && 'ghost')}
      ref={isSelected ? scrollTo : undefined}
      onClick={onSelect}
    >
      <span className="sr">{describe(row, number)}</span>
      <span className="g" aria-hidden="true">
        <span className="n">{number === 0 ? '' : number}</span>
        <span className="t">{row.atMs === undefined ? '' : formatSeconds(row.atMs)}</span>
      </span>
      <span className="area" aria-hidden="true">
        {row.kind === 'note' ? (
          <span className="note1" style={{ left: `${String(placeOf(row.from, lanes) * 100)}%` }}>
            <span className="el">{noteText(row)}</span>
          </span>
        ) : (
          <FlowArrow
            from={placeOf(row.from, lanes)}
            to={placeOf(row.to, lanes)}
            label={row.label}
            isResponse={row.kind === 'response'}
            hasSdp={row.hasSdp}
            tone={toneOfLabel(row.label)}
          />
        )}
      </span>
      <span className="gr" aria-hidden="true">
        {look !== undefined && <Icon name={look.icon} size="s" className={look.tone} />}
      </span>
    </div>
  );
}

const scrollTo = (element: HTMLElement | null): void => {
  element?.scrollIntoView({ block: 'nearest' });
};

const placeOf = (lane: string, lanes: readonly string[]): number =>
  (Math.max(0, lanes.indexOf(lane)) + 0.5) / Math.max(1, lanes.length);

const noteText = ({ steps: [step], label }: LadderRow): string =>
  step === undefined
    ? label
    : visibleString(`${step.kind} ${step.title === step.kind ? '' : step.title}`.trim());

/** For assistive technology. */
function describe(row: LadderRow, number: number): string {
  const what =
    row.kind === 'note'
      ? `${row.from}: ${noteText(row)}`
      : `${visibleString(row.label)} from ${visibleString(row.from)} to ${visibleString(row.to)}`;
  return [
    number === 0 ? 'no step' : `step ${String(number)}`,
    what,
    row.atMs === undefined ? '' : `after ${formatSeconds(row.atMs)} s`,
    row.hasSdp ? 'has SDP' : '',
    row.state === undefined ? '' : STATE_ICONS[row.state].word,
  ]
    .filter(Boolean)
    .join(', ');
}
