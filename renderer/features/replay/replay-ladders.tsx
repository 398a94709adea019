import { memo, type ReactNode } from 'react';
import type { ReplayArrow, ReplayRow } from '../../../app/contract/replay.ts';
import { classNames } from '../../ui/class-names.ts';
import { FlowArrow } from '../ladder/index.ts';
import { formatSeconds, methodClass, statusClass, visibleString } from '../wire/index.ts';
import { describeRow, LOOKS } from './replay-words.ts';

export interface ReplayLaddersProps {
  readonly rows: readonly ReplayRow[];
  readonly original: readonly ReplayArrow[];
  readonly replayed: readonly ReplayArrow[];
  /** Names of the played lanes; the target is the last lane. */
  readonly played: readonly string[];
  /** Position of a row. */
  readonly chosen: number | undefined;
  /** A message is held: the first one whose turn has not come. */
  readonly isHeld: boolean;
  readonly onChoose: (row: number) => void;
}

const TARGET = 'target';

/** Two ladders, message beside message, with what differs marked between them. */
export function ReplayLadders(props: ReplayLaddersProps): ReactNode {
  const { rows, original, replayed, played, chosen, isHeld, onChoose } = props;
  const next = isHeld ? rows.findIndex(({ difference }) => difference === 'pending') : -1;
  const lanes = [...played, TARGET];
  return (
    <div className="scroll rpladders">
      <div className="rphead" aria-hidden="true">
        <LaneHeads title="Recorded" lanes={lanes} />
        <span className="rpsign" />
        <LaneHeads title="Now" lanes={lanes} />
      </div>
      <div
        className="rprows"
        role="listbox"
        tabIndex={0}
        aria-label={`Recorded and new ladder, ${String(rows.length)} rows`}
        aria-activedescendant={chosen === undefined ? undefined : rowId(chosen)}
        data-pane-focus=""
      >
        {rows.map((row, at) => (
          <Row
            key={at}
            at={at}
            row={row}
            original={row.original === undefined ? undefined : original[row.original]}
            replayed={row.replayed === undefined ? undefined : replayed[row.replayed]}
            lanes={lanes.join('\n')}
            isChosen={at === chosen}
            isNext={at === next}
            onChoose={onChoose}
          />
        ))}
      </div>
    </div>
  );
}

const rowId = (at: number): string => `replay-row-${String(at)}`;

const scrollTo = (element: HTMLElement | null): void => {
  element?.scrollIntoView({ block: 'nearest' });
};

interface RowProps {
  readonly at: number;
  readonly row: ReplayRow;
  readonly original: ReplayArrow | undefined;
  readonly replayed: ReplayArrow | undefined;
  /** A line each, so that an unchanged row is not drawn again. */
  readonly lanes: string;
  readonly isChosen: boolean;
  /** It is held. */
  readonly isNext: boolean;
  readonly onChoose: (row: number) => void;
}

const Row = memo(function Row(props: RowProps): ReactNode {
  const { at, row, original, replayed, isChosen, isNext, onChoose } = props;
  const lanes = props.lanes.split('\n');
  const sign = isNext ? '\u25b8' : LOOKS[row.difference].sign;
  return (
    <div
      id={rowId(at)}
      role="option"
      aria-selected={isChosen}
      className={classNames('rprow', row.difference, isChosen && 'chosen', isNext && 'next')}
      ref={isChosen ? scrollTo : undefined}
      onClick={() => {
        onChoose(at);
      }}
    >
      <span className="sr">{describeRow(row, original, replayed)}</span>
      <Half arrow={original} lanes={lanes} />
      <span className="rpsign" aria-hidden="true">
        {sign !== '' && <b>{sign}</b>}
      </span>
      <Half arrow={replayed} lanes={lanes} />
    </div>
  );
});

function Half({
  arrow,
  lanes,
}: {
  readonly arrow: ReplayArrow | undefined;
  readonly lanes: readonly string[];
}): ReactNode {
  const place = (lane: string): number => (Math.max(0, lanes.indexOf(lane)) + 0.5) / lanes.length;
  return (
    <span className="rphalf" aria-hidden="true">
      <span className="t">{arrow === undefined ? '' : formatSeconds(arrow.atMs)}</span>
      <span className="area">
        {lanes.map((lane) => (
          <i key={lane} style={{ left: `${String(place(lane) * 100)}%` }} />
        ))}
        {arrow !== undefined && (
          <FlowArrow
            from={place(arrow.from)}
            to={place(arrow.to)}
            label={arrow.title}
            isResponse={arrow.status !== undefined}
            hasSdp={arrow.hasSdp}
            tone={arrow.status === undefined ? methodClass(arrow.method) : statusClass(arrow.status)}
          />
        )}
      </span>
    </span>
  );
}

function LaneHeads(props: { readonly title: string; readonly lanes: readonly string[] }): ReactNode {
  return (
    <span className="rphalf">
      <span className="t semi">{props.title}</span>
      <span className="area">
        {props.lanes.map((lane) => (
          <span key={lane} className="rplane">
            <bdi className="el">{visibleString(lane)}</bdi>
          </span>
        ))}
      </span>
    </span>
  );
}
